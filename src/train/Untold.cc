#include "train/Untold.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"
#include "core/Log.hh"

namespace caloforge::train {

using core::InputError;

std::vector<sample::Constant> untold_constants(const data::ShowerDigest& seen,
                                               const sample::ConditionSpace& told,
                                               const std::string& network) {
    std::vector<sample::Constant> out;
    for (const sample::Field& field : seen.conditions.fields()) {
        if (told.find(field.name) || field.name == sample::energy_field.name) continue;
        const auto extent = seen.extent(field.name);
        if (!extent) continue;
        if (extent->low == extent->high) {
            out.push_back({field, extent->low});
            continue;
        }
        if (field.name == sample::particle_field.name) {
            throw InputError(
                fmt::format("the training showers are of several particles (PDG codes {:.0f} to {:.0f}), and "
                            "the network {} "
                            "is not told which. Train on the files of one?",
                            extent->low[0], extent->high[0], network));
        }
        // Where the particle enters is nothing that files have to say.
        if (field.name == sample::impact_field.name) continue;
        core::warning(
            "the training showers differ in `{}`, and the network {} is not told: it learns them as a "
            "mixture.",
            field.name, network);
    }
    return out;
}

void check_impact(const data::ShowerDigest& seen, const sample::ConditionSpace& told,
                  const geometry::Detector& detector) {
    const auto extent = seen.extent(sample::impact_field.name);
    if (!extent || !told.find(sample::impact_field.name)) return;
    const auto& grid = detector.grid();
    const double half_x = 0.5 * grid.cell_x * static_cast<double>(grid.nx),
                 half_y = 0.5 * grid.cell_y * static_cast<double>(grid.ny);
    const double far_x = std::max(std::abs(extent->low[0]), std::abs(extent->high[0])),
                 far_y = std::max(std::abs(extent->low[1]), std::abs(extent->high[1]));
    if (far_x <= half_x && far_y <= half_y) return;
    throw InputError(
        fmt::format("the impact points of the training showers reach |x| = {:.4g} mm, |y| = {:.4g} mm, "
                    "beyond the cells of "
                    "the detector `{}` ({:.4g} and {:.4g} mm from the axis). Are they in another unit, or is "
                    "the data set "
                    "(`impact`, or `extra` with x0, y0) something else?",
                    far_x, far_y, detector.name(), half_x, half_y));
}

}  // namespace caloforge::train
