#include "validate/ShowerComparison.hh"

#include <fmt/format.h>

#include "core/Error.hh"
#include "validate/shower/EventObservables.hh"
#include "validate/shower/ShowerSamples.hh"

namespace caloforge::validate {
namespace {

void check_cells(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                 const CompareOptions& names) {
    if (reference.readout().same_shape(candidate.readout())) return;
    throw core::InputError(fmt::format(
        "{} and {} cannot be compared ({} of layout {}, and {} of layout {}). Compare sets of one detector?",
        names.reference_name, names.candidate_name, reference.readout().text(),
        data::to_string(reference.layout()), candidate.readout().text(),
        data::to_string(candidate.layout())));
}

}  // namespace

Comparison compare_showers(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                           const ShowerCompareOptions& options) {
    check_cells(reference, candidate, options);
    const ShowerObserver observer(reference.readout(), options.mip);
    return {ShowerSamples(reference), ShowerSamples(candidate), EventObservables(observer), options};
}

}  // namespace caloforge::validate
