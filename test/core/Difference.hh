#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace caloforge::test {

/// max |a - b| / max |b|; infinite where sizes differ or a difference is not a number.
inline double relative_difference(std::span<const float> a, std::span<const float> b) {
    double worst = a.size() == b.size() ? 0 : std::numeric_limits<double>::infinity(), largest = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        const double difference = std::abs(static_cast<double>(a[i]) - b[i]);
        if (!std::isfinite(difference)) return std::numeric_limits<double>::infinity();
        worst = std::max(worst, difference);
        largest = std::max(largest, std::abs(static_cast<double>(b[i])));
    }
    return worst == 0 ? 0 : worst / largest;
}

/// The largest of them over showers of equal size, one after the other.
inline double worst_shower(std::span<const float> a, std::span<const float> b, std::size_t showers) {
    if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
    const std::size_t cells = a.size() / showers;
    double worst = 0;
    for (std::size_t i = 0; i < showers; ++i)
        worst =
            std::max(worst, relative_difference(a.subspan(i * cells, cells), b.subspan(i * cells, cells)));
    return worst;
}

}  // namespace caloforge::test
