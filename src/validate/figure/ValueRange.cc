#include "validate/figure/ValueRange.hh"

#include <algorithm>
#include <array>
#include <cmath>

namespace caloforge::validate::figure {
namespace {

constexpr double decades = 7;
constexpr double headroom = 1.06;

Axis log_axis(const Series& reference, const Series& candidate) {
    double low = 0;
    double high = 0;
    for (const Series* series : {&reference, &candidate}) {
        for (const double y : series->y) {
            if (!(y > 0)) continue;
            low = low > 0 ? std::min(low, y) : y;
            high = std::max(high, y);
        }
    }
    if (!(high > 0)) return {0, 1, false};
    return {std::max(low / 2, high / std::pow(10.0, decades)), high * 2, true};
}

}  // namespace

Axis value_axis(const Series& reference, const Series& candidate, bool log) {
    if (log) {
        const Axis axis = log_axis(reference, candidate);
        if (axis.log) return axis;
    }
    double low = 0;
    double high = 0;
    for (const Series* series : {&reference, &candidate}) {
        for (std::size_t bin = 0; bin < series->y.size(); ++bin) {
            if (std::isnan(series->y[bin])) continue;
            low = std::min(low, series->y[bin] - series->error[bin]);
            high = std::max(high, series->y[bin] + series->error[bin]);
        }
    }
    return make_axis(low * headroom, high * headroom);
}

Axis raised(const Axis& axis, double value, double part) {
    const double now = axis.part(value);
    if (now <= part) return axis;
    return {axis.low, axis.value(now / part), axis.log};
}

Axis ratio_axis(const Series& ratio, const Series& unity) {
    // Ends lie between round values, so that labels do not meet those of the panel above.
    constexpr std::array<Axis, 6> ranges = {Axis{0.89, 1.11}, {0.72, 1.28},  {0.45, 1.55},
                                            {-0.1, 2.1},      {-0.15, 3.15}, {-0.25, 5.25}};
    constexpr double well_measured = 0.3;
    constexpr double share = 0.9;
    std::vector<double> solid;
    for (std::size_t bin = 0; bin < ratio.y.size(); ++bin) {
        if (ratio.error[bin] < well_measured * std::max(ratio.y[bin], 1.0) &&
            unity.error[bin] < well_measured)
            solid.push_back(ratio.y[bin]);
    }
    if (solid.empty()) return ranges[3];
    for (const Axis& range : ranges) {
        const auto inside = std::count_if(solid.begin(), solid.end(),
                                          [&](double y) { return range.low <= y && y <= range.high; });
        if (static_cast<double>(inside) >= share * static_cast<double>(solid.size())) return range;
    }
    return ranges.back();
}

}  // namespace caloforge::validate::figure
