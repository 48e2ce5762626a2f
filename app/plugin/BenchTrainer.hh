#pragma once

#include <memory>
#include <string>

#include "Bench.hh"
#include "comm/Communicator.hh"
#include "core/ConfigTable.hh"
#include "data/Normalisation.hh"
#include "data/ShowerBatch.hh"
#include "geometry/Detector.hh"
#include "train/Schedule.hh"
#include "train/TrainConfig.hh"

namespace caloforge::app {

/// A trainer of a family, of showers whose content does not matter for the time.
class BenchTrainer {
  public:
    /// `share`: showers of a step on each rank. `toml`: what else the configuration says.
    /// `communicator` has to outlive it.
    BenchTrainer(const BenchOptions& options, const std::string& device, std::size_t share,
                 const std::string& toml, comm::Communicator& communicator = comm::alone());

    train::StepOutcome step(std::uint64_t number) { return trainer_->step(showers_, number); }
    train::Trainer& trainer() { return *trainer_; }

  private:
    geometry::Detector detector_;
    train::TrainConfig config_;
    data::ShowerBatch showers_;
    data::Normalisation normalisation_;
    train::Schedule schedule_{std::uint64_t{1} << 20};
    std::unique_ptr<train::Trainer> trainer_;
};

/// The network that is to be timed: the first family unless one is named.
std::string network_of(const BenchOptions& options);
/// Of the network that is to be timed. Throws UsageError for one that there is none of.
train::Family::Abilities bench_abilities(const BenchOptions& options);

}  // namespace caloforge::app
