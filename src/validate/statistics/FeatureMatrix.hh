#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace caloforge::validate {

/// What a classifier sees: one row per sample, one column per feature, in float32. Owns its values: 20,000
/// samples of 15,626 features are 1.25 GB.
struct FeatureMatrix {
    std::size_t columns = 0;
    /// Leading columns that are one picture: many, each weak. They are scaled together, see Standardisation.
    std::size_t picture = 0;
    bool as_is = false;         ///< the network sees the values unscaled
    std::vector<float> values;  ///< (rows, columns), row-major; what is not finite counts as missing

    std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
    std::span<const float> row(std::size_t i) const { return {values.data() + i * columns, columns}; }
    std::span<float> row(std::size_t i) { return {values.data() + i * columns, columns}; }
};

}  // namespace caloforge::validate
