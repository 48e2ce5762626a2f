#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/ConfigTable.hh"
#include "core/Json.hh"
#include "validate/statistics/Bins.hh"
#include "validate/statistics/Metric.hh"

namespace caloforge::validate {

enum class GateState {
    passed,    ///< the metric's whole interval lies within the limit
    failed,    ///< all of it lies beyond
    undecided  ///< the limit cuts it, or there is no value: these samples cannot tell
};
const char* to_string(GateState state);

/// What became of one gate in one range of the binning variable.
struct GateResult {
    std::string metric;
    std::string range;
    std::string limit;                  ///< in words: "|value| <= 0.01"
    std::optional<double> value;        ///< of the metric
    std::optional<double> uncertainty;  ///< one standard deviation
    GateState state = GateState::undecided;
    /// Of an undecided gate: samples in each set that would decide it, if the value stayed; at most
    /// largest_need. Nothing where no number would.
    std::optional<std::size_t> needs;
    std::string message;  ///< why, and by how much

    static constexpr std::size_t largest_need = 100'000'000;

    /// {"metric", field: range (or "theta": ...), "limit", "value", "uncertainty", "state", "needs",
    /// "message"}
    core::Json json(const std::string& field) const;
};

/// Limits on metrics, from a TOML file (doc/validation.md, "Gates"). Read-only once constructed.
class Gates {
  public:
    /// Throws InputError for a file without gates, a gate without a limit, an unknown key.
    static Gates load(const std::filesystem::path& path);
    static Gates parse(const std::string& text);

    /// One result per gate and range of the binning variable that it speaks of. `word`: what samples are
    /// called, for the messages. Throws InputError for a metric or a range that is not there, naming the
    /// nearest.
    std::vector<GateResult> check(std::span<const Metric> metrics, const std::string& word) const;

  private:
    struct Gate {
        std::string metric;
        std::string range;  ///< a label, "all" for the whole compared range, "each" for every range;
                            ///< of a slicing "theta 0:10", "theta each"
        std::optional<double> max_abs;
        std::optional<double> max;
        std::optional<double> min;
        std::optional<double> max_over_floor;  ///< distance from the ideal <= this * the floor's
        double sigmas = 2;                     ///< half the interval, in standard deviations
    };

    static Gates read(core::ConfigTable table);
    static GateResult check_one(const Gate& gate, const Metric& metric, const std::string& word);

    std::vector<Gate> gates_;
};

/// Lines for the terminal: one per gate.
std::string gates_table(std::span<const GateResult> results, const Binning& binning);

}  // namespace caloforge::validate
