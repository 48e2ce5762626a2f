#include "validate/classifier/ObservableFeatures.hh"

#include <algorithm>
#include <cmath>

#include "validate/statistics/SampleChoice.hh"

namespace caloforge::validate {

FeatureMatrix observable_features(const ObservableTable& table, const Binning& binning, const Range& range,
                                  std::size_t max_samples, std::uint64_t seed) {
    FeatureMatrix out;
    out.columns = table.columns() + 1;
    SampleChoice choice(max_samples, seed);
    for (std::size_t i = 0; i < table.rows(); ++i) {
        if (!range.holds(static_cast<double>(table.binning[i]))) continue;
        const auto slot = choice.offer(i);
        if (!slot) continue;
        if (*slot == out.rows()) out.values.resize(out.values.size() + out.columns);
        const auto observables = table.row(i);
        const auto row = out.row(*slot);
        std::copy(observables.begin(), observables.end(), row.begin());
        row.back() = binning.positive ? std::log10(table.binning[i]) : table.binning[i];
    }
    return out;
}

FeatureMatrix own_features(const ObservableTable& table, const Binning& binning, const Range& range,
                           std::size_t max_samples, std::uint64_t seed) {
    const FeatureMatrix all = observable_features(table, binning, range, max_samples, seed);
    FeatureMatrix out;
    out.columns = table.own.size() + 1;
    out.values.reserve(all.rows() * out.columns);
    for (std::size_t i = 0; i < all.rows(); ++i) {
        const auto row = all.row(i);
        const float root = binning.positive ? std::pow(10.0F, 0.5F * row.back()) : 1.0F;
        for (const std::size_t column : table.own) {
            const bool grows = std::ranges::find(table.grows, column) != table.grows.end();
            out.values.push_back(grows ? row[column] / root : row[column]);
        }
        out.values.push_back(row.back());
    }
    return out;
}

}  // namespace caloforge::validate
