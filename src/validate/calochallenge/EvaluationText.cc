// What an evaluation looks like: metrics.json and the table in the terminal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "validate/calochallenge/Evaluation.hh"

namespace caloforge::validate::calochallenge {
namespace {

/// Published tables hold the distances times this.
constexpr double published_factor = 1e3;

std::string figure(const std::optional<double>& value, int digits = 4) {
    if (!value) return "-";
    // Voxels of 1e14 (cells_normed) give such divergences.
    return std::abs(*value) < 100 ? fmt::format("{:.{}f}", *value, digits) : fmt::format("{:.2e}", *value);
}

/// Histograms of one kind.
struct Family {
    std::string group;
    bool printed = false;
    std::size_t members = 0, measured = 0;
    double sum = 0, largest = -1;
    std::string where = {}, reason = {};
};

std::vector<Family> families_of(const std::vector<Histogram>& histograms) {
    std::vector<Family> out;
    for (const Histogram& histogram : histograms) {
        auto found = std::ranges::find(out, histogram.group, &Family::group);
        if (found == out.end()) found = out.insert(out.end(), Family{histogram.group, histogram.printed});
        ++found->members;
        const Outcome outcome = histogram.separation();
        if (!outcome.value) {
            found->reason = outcome.reason;
            continue;
        }
        ++found->measured;
        found->sum += *outcome.value;
        if (*outcome.value > found->largest) {
            found->largest = *outcome.value;
            found->where = histogram.name;
        }
    }
    return out;
}

std::string row_of(const Family& family) {
    const std::string name = family.group + (family.printed ? "" : " (not in evaluate.py)");
    if (family.measured == 0) return fmt::format("  {:<38} {:>10}  {}\n", name, "-", family.reason);
    std::string line =
        fmt::format("  {:<38} {:>10.6f}", name, family.sum / static_cast<double>(family.measured));
    if (family.members > 1) line += fmt::format("  {:>10.6f}  {}", family.largest, family.where);
    if (family.measured < family.members)
        line += fmt::format("; {} of {} without a value", family.members - family.measured, family.members);
    return line + "\n";
}

std::string row_of(const SplitResult& result) {
    if (!result.auc) return fmt::format("  {:<38} {:>10}  {}\n", result.name, "-", result.reason);
    return fmt::format("  {:<38} {:>10} ± {}  {:>8}  {:>9} {:>9}  {:>5}\n", result.name, figure(result.auc),
                       figure(result.auc_error), figure(result.jsd), figure(result.uncalibrated_auc),
                       figure(result.uncalibrated_jsd),
                       fmt::format("{}/{}", result.best_epoch, result.epochs));
}

std::string distance_row(const Metric& metric) {
    if (!metric.value)
        return fmt::format("  {:<38} {:>10}  {}\n", metric.name + " x 1e3", "-", metric.reason);
    return fmt::format("  {:<38} {:>10.4f} ± {:.4f}\n", metric.name + " x 1e3",
                       *metric.value * published_factor, metric.uncertainty.value_or(0) * published_factor);
}

core::Json json_of(const Histogram& histogram) {
    core::Json out = {
        {"name", histogram.name}, {"title", histogram.title}, {"in_evaluate", histogram.printed}};
    if (!histogram.reason.empty()) out["reason"] = histogram.reason;
    if (!histogram.reference || !histogram.candidate) return out;
    out["edges"] = histogram.reference->edges();
    out["reference"] = histogram.reference->counts();
    out["candidate"] = histogram.candidate->counts();
    return out;
}

}  // namespace

core::Json Evaluation::json() const {
    core::Json out = {{"as", "calochallenge"},
                      {"data_set", set.name},
                      {"particle", set.particle},
                      {"voxels", set.voxels},
                      {"cut_mev", set.cut},
                      {"seed", seed},
                      {"reference", {{"name", reference.name}, {"showers", reference_showers}}},
                      {"candidate", {{"name", candidate.name}, {"showers", candidate_showers}}}};
    out["metrics"] = core::Json::array();
    for (const Metric& metric : metrics) out["metrics"].push_back(metric.json("energy"));
    out["classifiers"] = core::Json::array();
    for (const SplitResult& result : classifiers) out["classifiers"].push_back(result.json());
    out["histograms"] = core::Json::array();
    for (const Histogram& histogram : histograms) out["histograms"].push_back(json_of(histogram));
    return out;
}

std::string Evaluation::table() const {
    std::string out =
        fmt::format("CaloChallenge, data set {}: {} ({} showers) against {} ({}), {} GeV\n", set.name,
                    candidate.name, candidate_showers, reference.name, reference_showers, energy);
    out += fmt::format("\n  {:<38} {:>10}  {:>10}\n", "separation power", "mean", "largest");
    for (const Family& family : families_of(histograms)) out += row_of(family);
    for (const char* name : {"fpd", "kpd"}) {
        const Metric* metric = find(name);
        if (metric == nullptr) continue;
        if (metric->name == "fpd")
            out += fmt::format("\n  {:<38} {:>10}\n", "distance of the features", "value");
        out += distance_row(*metric);
    }
    if (!classifiers.empty()) {
        out += fmt::format("\n  {:<38} {:>10} {:>8}  {:>8}  {:>19}  {}\n", "classifier", "AUC", "", "JSD",
                           "before calibration", "best epoch");
    }
    for (const SplitResult& result : classifiers) out += row_of(result);
    return out;
}

}  // namespace caloforge::validate::calochallenge
