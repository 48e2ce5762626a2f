#include "validate/ShowerComparison.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "core/Error.hh"
#include "core/Log.hh"
#include "validate/shower/EventObservables.hh"
#include "validate/shower/ShowerSamples.hh"

namespace caloforge::validate {
namespace {

void check_cells(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                 const CompareOptions& names) {
    if (reference.readout().differs_in_size(candidate.readout())) {
        throw core::InputError(fmt::format(
            "{} and {} cannot be compared (cells of {}, and of {}). Compare sets of one detector?",
            names.reference_name, names.candidate_name, reference.readout().size_text(),
            candidate.readout().size_text()));
    }
    if (reference.readout().same_shape(candidate.readout())) return;
    throw core::InputError(fmt::format(
        "{} and {} cannot be compared ({} of layout {}, and {} of layout {}). Compare sets of one detector?",
        names.reference_name, names.candidate_name, reference.readout().text(),
        data::to_string(reference.layout()), candidate.readout().text(),
        data::to_string(candidate.layout())));
}

// PDG codes, as many as make sense in a message.
std::string particles(const data::ShowerSet& set) {
    constexpr std::size_t most = 5;
    return fmt::format("{:.0f}", fmt::join(set.values_of(sample::particle_field.name, most), ", "));
}

void warn_of_particles(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                       const CompareOptions& names) {
    const std::string of_reference = particles(reference), of_candidate = particles(candidate);
    if (of_reference.empty() || of_candidate.empty() || of_reference == of_candidate) return;
    core::warning("{} is of the particles {}, {} of {} (PDG codes): showers of different particles differ.",
                  names.reference_name, of_reference, names.candidate_name, of_candidate);
}

}  // namespace

Comparison compare_showers(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                           const ShowerCompareOptions& options, const data::ShowerSet* training) {
    check_cells(reference, candidate, options);
    std::optional<ShowerSamples> known;
    ShowerCompareOptions asked = options;
    if (training) {
        CompareOptions names = options;
        names.candidate_name = "training showers";
        check_cells(reference, *training, names);
        asked.training = &known.emplace(*training);
    }
    warn_of_particles(reference, candidate, options);
    const ShowerObserver observer(reference.readout(), options.mip);
    return {ShowerSamples(reference), ShowerSamples(candidate), EventObservables(observer), asked};
}

}  // namespace caloforge::validate
