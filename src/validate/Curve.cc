#include "validate/Curve.hh"

#include <cmath>
#include <limits>

namespace caloforge::validate {
namespace {

core::Json numbers(const std::vector<double>& values) {
    core::Json out = core::Json::array();
    for (const double value : values) out.push_back(std::isfinite(value) ? core::Json(value) : core::Json());
    return out;
}

}  // namespace

core::Json Curve::json() const {
    core::Json out = core::Json::object();
    out["y"] = numbers(y);
    out["error"] = numbers(error);
    return out;
}

Curve curve(std::span<const Sums> groups, const Formula& formula) {
    Sums total = groups.front().blank();
    for (const Sums& group : groups) total.add(group, 1.0);
    Curve out;
    out.y = formula(total);

    std::vector<std::vector<double>> left_out;
    for (const Sums& group : groups) {
        if (!(group[Scalar::showers] > 0)) continue;
        Sums rest = total;
        rest.add(group, -1.0);
        left_out.push_back(formula(rest));
    }
    const auto k = static_cast<double>(left_out.size());
    out.error.assign(out.y.size(), std::numeric_limits<double>::quiet_NaN());
    if (left_out.size() < 2) return out;
    for (std::size_t bin = 0; bin < out.y.size(); ++bin) {
        double mean = 0;
        for (const auto& y : left_out) mean += y[bin] / k;
        double squares = 0;
        for (const auto& y : left_out) squares += (y[bin] - mean) * (y[bin] - mean);
        out.error[bin] = std::sqrt((k - 1) / k * squares);
    }
    return out;
}

}  // namespace caloforge::validate
