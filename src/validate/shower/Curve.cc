#include "validate/shower/Curve.hh"

#include "validate/statistics/Jackknife.hh"

namespace caloforge::validate {

Series curve(std::span<const Sums> groups, const Formula& formula) {
    Sums total = groups.front().blank();
    for (const Sums& group : groups) total.add(group, 1.0);
    Series out;
    out.y = formula(total);

    std::vector<std::vector<double>> left_out;
    for (const Sums& group : groups) {
        if (!(group[Scalar::showers] > 0)) continue;
        Sums rest = total;
        rest.add(group, -1.0);
        left_out.push_back(formula(rest));
    }
    for (std::size_t bin = 0; bin < out.y.size(); ++bin) {
        std::vector<double> values;
        for (const auto& y : left_out) values.push_back(y[bin]);
        out.error.push_back(jackknife_error(values));
    }
    return out;
}

}  // namespace caloforge::validate
