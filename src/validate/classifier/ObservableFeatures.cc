#include "validate/classifier/ObservableFeatures.hh"

#include <algorithm>
#include <cmath>

#include "validate/classifier/ShowerChoice.hh"

namespace caloforge::validate {

FeatureMatrix observable_features(const ObservableTable& table, const EnergyRange& range,
                                  std::size_t max_showers, std::uint64_t seed) {
    FeatureMatrix out;
    out.columns = table.columns() + 1;
    ShowerChoice choice(max_showers, seed);
    for (std::size_t i = 0; i < table.rows(); ++i) {
        if (!range.holds(static_cast<double>(table.incident[i]))) continue;
        const auto slot = choice.offer(i);
        if (!slot) continue;
        if (*slot == out.rows()) out.values.resize(out.values.size() + out.columns);
        const auto observables = table.row(i);
        const auto row = out.row(*slot);
        std::copy(observables.begin(), observables.end(), row.begin());
        row.back() = std::log10(table.incident[i]);
    }
    return out;
}

}  // namespace caloforge::validate
