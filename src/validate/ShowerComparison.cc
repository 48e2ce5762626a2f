#include "validate/ShowerComparison.hh"

#include <fmt/format.h>

#include <optional>

#include "core/Error.hh"
#include "validate/ShowerConditions.hh"
#include "validate/shower/EventObservables.hh"
#include "validate/shower/ShowerSamples.hh"

namespace caloforge::validate {
namespace {

void check_cells(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                 const CompareOptions& names) {
    const geometry::Readout &one = reference.readout(), &other = candidate.readout();
    if (one.same_shape(other) && !one.differs_in_size(other)) return;
    const std::string difference = one.difference(other);
    throw core::InputError(fmt::format(
        "{} and {} cannot be compared ({} of layout {}, and {} of layout {}{}). Compare sets of one "
        "detector?",
        names.reference_name, names.candidate_name, one.text(), data::to_string(reference.layout()),
        other.text(), data::to_string(candidate.layout()), difference.empty() ? "" : ": " + difference));
}

// Most files hold no cell sizes; about axes they are needed.
geometry::Readout with_sizes(const geometry::Readout& readout, const ShowerCompareOptions& options) {
    const geometry::ReadoutGrid* grid = readout.grid();
    if (!grid || grid->cell_x > 0 || !options.detector) return readout;
    return grid->same_shape(options.detector->grid()) ? options.detector->grid() : readout;
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
    const ShowerPair pair = share_conditions(
        {reference, candidate, options.reference_name, options.candidate_name}, asked.notices);
    asked.slicings = slicings_of(pair, options.theta_edges);
    AxisChoice axis = axis_of(pair, options.detector, training, asked.notices);
    const geometry::Readout readout =
        axis.depths.empty() ? pair.reference.readout() : with_sizes(pair.reference.readout(), options);
    const ShowerObserver observer(readout, options.mip, std::move(axis));
    return {ShowerSamples(pair.reference), ShowerSamples(pair.candidate), EventObservables(observer), asked};
}

}  // namespace caloforge::validate
