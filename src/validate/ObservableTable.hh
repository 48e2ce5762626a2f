#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caloforge::validate {

/// Event-level observables of a set: one row per shower, one column per observable.
struct ObservableTable {
    std::vector<std::string> names;  ///< (F)
    std::vector<float>
        values;  ///< (N, F), row-major; NaN where a shower has none (an empty layer has no centre)
    std::vector<float> incident;  ///< (N), GeV

    std::size_t rows() const { return incident.size(); }
    std::size_t columns() const { return names.size(); }
    std::span<const float> row(std::size_t row) const {
        return std::span(values).subspan(row * columns(), columns());
    }
    /// A copy, (N).
    std::vector<float> column(std::size_t column) const;
    std::optional<std::size_t> find(std::string_view name) const;
};

}  // namespace caloforge::validate
