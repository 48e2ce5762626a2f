#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "comm/Communicator.hh"
#include "data/Normalisation.hh"
#include "data/ShowerDigest.hh"
#include "data/ShowerLoader.hh"
#include "data/ShowerSet.hh"
#include "geometry/Detector.hh"
#include "train/TrainConfig.hh"

namespace caloforge::train {

/// The showers of a training: opened, checked against detector, family and ranks, and read once, by all ranks
/// together. Read-only afterwards.
class TrainingSet {
  public:
    /// All ranks, for the same showers. Throws InputError naming the key for a batch that the ranks cannot
    /// share, for showers that the detector or the family do not fit, for validation showers that are trained
    /// on (of several ranks as comm::AgreedError).
    TrainingSet(const TrainConfig& config, const geometry::Detector& detector,
                comm::Communicator& communicator);

    const data::ShowerSet& showers() const { return set_; }
    /// data.validation, if there is any.
    const std::optional<data::ShowerSet>& held_out() const { return held_out_; }
    const data::ShowerDigest& digest() const { return digest_; }
    const data::Normalisation& normalisation() const { return normalisation_; }
    const std::string& fingerprint() const { return fingerprint_; }
    /// What this rank reads, and how.
    const data::LoaderOptions& loader_options() const { return options_; }
    /// At which a training ends that is told `config`.
    std::uint64_t last_step() const { return last_; }
    /// Bytes of the showers that are shuffled.
    std::uint64_t shuffled_bytes() const;

  private:
    void open(const TrainConfig& config, const geometry::Detector& detector,
              const comm::Communicator& communicator);

    data::ShowerSet set_;
    std::optional<data::ShowerSet> held_out_;
    data::ShowerDigest digest_;
    data::Normalisation normalisation_;
    std::string fingerprint_;
    data::LoaderOptions options_;
    std::uint64_t last_ = 0;
};

}  // namespace caloforge::train
