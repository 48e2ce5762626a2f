#include "study/ClosingComparison.hh"

#include <fmt/format.h>

#include <algorithm>

#include "validate/shower/Verdict.hh"

namespace caloforge::study {
namespace {

using core::Json;
using validate::Metric;

constexpr const char* shown_metrics[] = {"sampling_fraction_mean_rel",
                                         "sampling_fraction_width_rel",
                                         "longitudinal_profile_max_rel",
                                         "transverse_profile_max_rel",
                                         "mean_width_x_rel",
                                         "mean_width_z_rel",
                                         "figure_of_merit"};

/// Of the uses that a verdict speaks of, those that need no classifier.
constexpr std::size_t shown_uses = 6;

std::string line_of(const Metric& metric) {
    const bool percent = metric.display == validate::Display::percent;
    const double unit = percent ? 100 : 1;
    std::string text = metric.value ? fmt::format("{:+.2g}", unit * *metric.value) : "cannot be told";
    if (metric.value && metric.uncertainty) text += fmt::format(" ± {:.2g}", unit * *metric.uncertainty);
    if (metric.value && percent) text += " %";
    if (metric.value && metric.floor)
        text += fmt::format(" (the showers' halves: {:+.2g}{})", unit * *metric.floor, percent ? " %" : "");
    if (!metric.value && !metric.reason.empty()) text += fmt::format(" ({})", metric.reason);
    return fmt::format("  {:48} {}\n", metric.title, text);
}

}  // namespace

Json figures(const validate::Comparison& comparison) {
    Json out = Json::object();
    const std::string whole = comparison.range().label();
    for (const Metric& metric : comparison.metrics()) {
        if (metric.range != whole || !metric.sums_up() || !metric.value) continue;
        out[metric.name] = {{"value", *metric.value},
                            {"uncertainty", metric.uncertainty ? Json(*metric.uncertainty) : Json()},
                            {"floor", metric.floor ? Json(*metric.floor) : Json()}};
    }
    return out;
}

ClosingComparison closing_comparison(const validate::Comparison& comparison, const std::string& name) {
    const std::size_t held_out = comparison.reference_table().rows(),
                      made = comparison.candidate_table().rows();
    validate::Verdict verdict = validate::give_verdict(comparison.metrics(), comparison.drawings(), name);
    verdict.points.resize(std::min(shown_uses, verdict.points.size()));

    ClosingComparison out;
    out.json = {{"held_out", held_out}, {"generated", made}, {"figures", figures(comparison)}};
    out.json["verdict"] = verdict.json();
    out.text = fmt::format("{} showers of the model beside {} held out, at all energies:\n", made, held_out);
    for (const char* metric : shown_metrics) {
        if (const Metric* found = comparison.find(metric)) out.text += line_of(*found);
    }
    out.text += verdict.text();
    const auto open =
        std::ranges::count(verdict.points, validate::Verdict::State::open, &validate::Verdict::Point::state);
    if (open > 0) {
        out.text += fmt::format(
            "{} showers held out are too few to tell what is marked with a question mark: compare with more "
            "that the model has not learned from.\n",
            held_out);
    }
    return out;
}

}  // namespace caloforge::study
