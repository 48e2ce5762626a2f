#include "data/CellCheck.hh"

#include <algorithm>
#include <array>
#include <cmath>

namespace caloforge::data {
namespace {

/// True when every value is finite and not negative beyond the tolerance. Without branches, in lanes of its
/// own, so that the compiler vectorises it: value * 0 is 0 for finite values and NaN for all others.
bool all_good(std::span<const float> cells, float tolerance) {
    constexpr std::size_t lanes = 16;
    std::array<float, lanes> lowest{};
    std::array<float, lanes> poison{};
    const std::size_t whole = cells.size() / lanes * lanes;
    for (std::size_t i = 0; i < whole; i += lanes) {
        for (std::size_t k = 0; k < lanes; ++k) {
            lowest[k] = std::min(lowest[k], cells[i + k]);
            poison[k] += cells[i + k] * 0.0F;
        }
    }
    for (std::size_t i = whole; i < cells.size(); ++i) {
        lowest[0] = std::min(lowest[0], cells[i]);
        poison[0] += cells[i] * 0.0F;
    }
    bool good = true;
    for (std::size_t k = 0; k < lanes; ++k) good = good && lowest[k] >= -tolerance && poison[k] == 0;
    return good;
}

}  // namespace

std::optional<std::size_t> find_bad_cell(std::span<const float> cells, float tolerance) {
    if (all_good(cells, tolerance)) return {};
    const auto bad = std::find_if(cells.begin(), cells.end(),
                                  [=](float value) { return !std::isfinite(value) || value < -tolerance; });
    if (bad == cells.end()) return {};
    return static_cast<std::size_t>(bad - cells.begin());
}

CellSums clean_cells(std::span<float> cells, double scale, double threshold) {
    if (scale != 1) {
        for (float& value : cells) value = static_cast<float>(value / scale);
    }
    CellSums sums;
    const auto lowest_kept = static_cast<float>(std::max(0.0, threshold));
    sums.bad_cell = find_bad_cell(cells, std::max(lowest_kept, negative_tolerance));
    if (sums.bad_cell) return sums;
    for (float& value : cells) {
        value = value < lowest_kept ? 0.0F : value;
        sums.deposited += value;
    }
    return sums;
}

}  // namespace caloforge::data
