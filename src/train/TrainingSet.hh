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

/// Showers in the files of `data`: what a family's defaults follow from. Throws InputError for files that are
/// no showers of one read-out.
std::uint64_t count_showers(const TrainConfig& config);

/// The showers of a training: opened, checked against detector, family and ranks, and read once, by all ranks
/// together. Read-only afterwards.
class TrainingSet {
  public:
    /// All ranks, for the same showers. Throws InputError naming the key for a batch that the ranks cannot
    /// share, for more showers held out than there are, for showers that the detector or the family do not
    /// fit, for validation showers that are trained on (of several ranks as comm::AgreedError).
    TrainingSet(const TrainConfig& config, const geometry::Detector& detector,
                comm::Communicator& communicator);

    const data::ShowerSet& showers() const { return set_; }
    /// data.validation, or what data.held_out takes from the training showers, if there is any.
    const std::optional<data::ShowerSet>& held_out() const { return held_out_; }
    const data::ShowerDigest& digest() const { return digest_; }
    const data::Normalisation& normalisation() const { return normalisation_; }
    const std::string& fingerprint() const { return fingerprint_; }
    /// What this rank reads, and how.
    const data::LoaderOptions& loader_options() const { return options_; }
    /// Steps of so many passes over the showers.
    std::uint64_t steps(std::int64_t epochs) const;
    /// Bytes of the showers that are shuffled.
    std::uint64_t shuffled_bytes() const;

  private:
    void open(const TrainConfig& config, const geometry::Detector& detector,
              const comm::Communicator& communicator);
    void hold_out(std::size_t showers, std::size_t batch);

    data::ShowerSet set_;
    std::optional<data::ShowerSet> held_out_;
    data::ShowerDigest digest_;
    data::Normalisation normalisation_;
    std::string fingerprint_;
    data::LoaderOptions options_;
};

}  // namespace caloforge::train
