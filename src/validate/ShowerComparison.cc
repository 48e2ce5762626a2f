#include "validate/ShowerComparison.hh"

#include <fmt/format.h>

#include "core/Error.hh"
#include "validate/shower/EventObservables.hh"
#include "validate/shower/ShowerSamples.hh"

namespace caloforge::validate {
namespace {

std::string shape(const geometry::ReadoutGrid& grid) {
    return fmt::format("{}x{}x{}", grid.nx, grid.ny, grid.nz);
}

void check_grids(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                 const CompareOptions& names) {
    if (reference.grid().same_shape(candidate.grid()) && cylindrical(reference) == cylindrical(candidate))
        return;
    throw core::InputError(fmt::format(
        "{} and {} cannot be compared (cells: {} of layout {}, and {} of layout {}). Compare sets of one "
        "detector?",
        names.reference_name, names.candidate_name, shape(reference.grid()),
        data::to_string(reference.layout()), shape(candidate.grid()), data::to_string(candidate.layout())));
}

}  // namespace

bool cylindrical(const data::ShowerSet& set) {
    return set.layout() == data::Layout::calochallenge;
}

Comparison compare_showers(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                           const ShowerCompareOptions& options) {
    check_grids(reference, candidate, options);
    const Frame frame = cylindrical(reference) ? Frame::cylindrical : Frame::cartesian;
    const ShowerObserver observer(reference.grid(), frame, options.mip);
    return {ShowerSamples(reference), ShowerSamples(candidate), EventObservables(observer), options};
}

}  // namespace caloforge::validate
