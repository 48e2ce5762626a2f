#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "comm/Communicator.hh"
#include "core/Json.hh"
#include "data/ShowerSet.hh"
#include "network/WeightsFile.hh"

namespace caloforge::study {

struct SelectionOptions {
    std::int64_t every = 0;  ///< steps; 0: no validation
    std::string metric = "figure_of_merit";
    std::string device = "cpu";
    int threads = 0;
};

/// Validates a training's checkpoints as they are written and keeps the best one, not the last: all ranks
/// generate as many showers as the validation part holds, with its incident energies; the first compares,
/// adds a line to validation.jsonl in the run's folder, and writes best.safetensors, with the figures in it,
/// whenever the chosen metric comes nearer to its ideal.
class BestCheckpoint {
  public:
    /// Takes up where an earlier run in `folder` stopped. `held_out`: showers that neither training nor tests
    /// use, the same on all ranks. Throws UsageError for a metric that no comparison has (of several ranks as
    /// AgreedError).
    BestCheckpoint(SelectionOptions options, data::ShowerSet held_out, std::filesystem::path folder,
                   comm::Communicator& communicator);

    /// All ranks, after every checkpoint; does something when `step` has passed another multiple of `every`.
    /// `model`: on the first rank. One whose showers cannot be compared, or not by the chosen metric, is
    /// warned of and passed over.
    void look_at(std::uint64_t step, const network::WeightsFile& model);

    /// {"step", "metric", "value"} of the best so far; null before the first, and on other ranks.
    const core::Json& best() const { return best_; }

  private:
    /// Figures, on the first rank.
    core::Json validate_model(std::uint64_t step, const network::WeightsFile& model) const;
    void look_back();
    /// On the first rank.
    void keep_if_best(std::uint64_t step, const core::Json& found, network::WeightsFile model);

    SelectionOptions options_;
    std::filesystem::path folder_;
    comm::Communicator& communicator_;
    data::ShowerSet set_;
    std::string fingerprint_;  ///< of set_
    std::uint64_t looked_at_ = 0;
    core::Json best_;
};

}  // namespace caloforge::study
