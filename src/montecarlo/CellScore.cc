#include "montecarlo/CellScore.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/Error.hh"

namespace caloforge::montecarlo {
namespace {

/// The width of all rings, or 0.
double even_width(const std::vector<double>& edges) {
    const double width = edges[1];
    for (std::size_t k = 0; k < edges.size(); ++k) {
        if (edges[k] != static_cast<double>(k) * width) return 0;
    }
    return width;
}

}  // namespace

CellScore::CellScore(geometry::Readout readout) : readout_(std::move(readout)), cells_(readout_.cells()) {
    if (const auto* grid = readout_.grid(); grid && grid->cell_x > 0 && grid->cell_y > 0) {
        grid_ = *grid;
    } else if (const auto* rings = readout_.rings(); rings && rings->sized()) {
        for (std::size_t z = 0; z < rings->layers().size(); ++z) {
            const auto& layer = rings->layers()[z];
            rings_.push_back({rings->start(z), layer.rings(), static_cast<double>(layer.sectors),
                              even_width(layer.edges), &layer.edges});
        }
    } else {
        throw core::InputError(fmt::format(
            "deposits cannot be put into {} (Cartesian or cylindrical ones of known size are wanted).",
            readout_.text()));
    }
}

void CellScore::start(double axis_x, double axis_y) {
    axis_x_ = axis_x;
    axis_y_ = axis_y;
    outside_ = {};
    std::fill(cells_.begin(), cells_.end(), EnergySum{});
}

void CellScore::add(const CellScore& part) {
    for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i] += part.cells_[i];
    outside_ += part.outside_;
}

void CellScore::add(int layer, double x, double y, double energy) {
    if (!rings_.empty()) return add_to_rings(rings_[static_cast<std::size_t>(layer)], x, y, energy);
    // cell numbers along the axes, before rounding down
    const double first = x / grid_.cell_x + 0.5 * static_cast<double>(grid_.nx);
    const double second = y / grid_.cell_y + 0.5 * static_cast<double>(grid_.ny);
    if (first < 0 || second < 0 || first >= static_cast<double>(grid_.nx) ||
        second >= static_cast<double>(grid_.ny)) {
        outside_.add(energy);
        return;
    }
    const auto i = static_cast<std::size_t>(first);
    const auto j = static_cast<std::size_t>(second);
    cells_[(i * grid_.ny + j) * grid_.nz + static_cast<std::size_t>(layer)].add(energy);
}

void CellScore::add_to_rings(const Rings& rings, double x, double y, double energy) {
    const double dx = x - axis_x_, dy = y - axis_y_;
    const double radius = std::hypot(dx, dy);
    const double turn = std::atan2(dy, dx) / (2 * std::numbers::pi);
    const double sector = std::min((turn < 0 ? turn + 1 : turn) * rings.sectors, rings.sectors - 0.5);
    std::size_t ring = rings.count;
    if (rings.width > 0) {
        if (const double k = radius / rings.width; k < static_cast<double>(rings.count))
            ring = static_cast<std::size_t>(k);
    } else if (radius >= rings.edges->front() && radius < rings.edges->back()) {
        ring = static_cast<std::size_t>(std::upper_bound(rings.edges->begin(), rings.edges->end(), radius) -
                                        rings.edges->begin() - 1);
    }
    if (ring == rings.count) {
        outside_.add(energy);
        return;
    }
    cells_[rings.start + static_cast<std::size_t>(sector) * rings.count + ring].add(energy);
}

}  // namespace caloforge::montecarlo
