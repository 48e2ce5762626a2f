#include "montecarlo/CellScore.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caloforge::montecarlo {

CellScore::CellScore(const geometry::ReadoutGrid& grid, Binning binning)
    : grid_(grid), binning_(binning), cells_(grid.cells(), 0.0) {}

void CellScore::start(double axis_x, double axis_y) {
    axis_x_ = axis_x;
    axis_y_ = axis_y;
    outside_ = 0;
    std::fill(cells_.begin(), cells_.end(), 0.0);
}

void CellScore::add(int layer, double x, double y, double energy) {
    double first, second;  // cell numbers along the first two axes, before rounding down
    if (binning_ == Binning::cartesian) {
        first = x / grid_.cell_x + 0.5 * static_cast<double>(grid_.nx);
        second = y / grid_.cell_y + 0.5 * static_cast<double>(grid_.ny);
    } else {
        const double dx = x - axis_x_, dy = y - axis_y_;
        const double turn = std::atan2(dy, dx) / (2 * std::numbers::pi);
        first = std::hypot(dx, dy) / grid_.cell_x;
        second = std::min((turn < 0 ? turn + 1 : turn) * static_cast<double>(grid_.ny),
                          static_cast<double>(grid_.ny) - 0.5);
    }
    if (first < 0 || second < 0 || first >= static_cast<double>(grid_.nx) ||
        second >= static_cast<double>(grid_.ny)) {
        outside_ += energy;
        return;
    }
    const auto i = static_cast<std::size_t>(first);
    const auto j = static_cast<std::size_t>(second);
    cells_[(i * grid_.ny + j) * grid_.nz + static_cast<std::size_t>(layer)] += energy;
}

}  // namespace caloforge::montecarlo
