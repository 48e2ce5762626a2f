#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "validate/statistics/Bins.hh"

namespace caloforge::validate {

/// The observables of a set: one row per sample, one column per observable.
struct ObservableTable {
    std::vector<std::string> names;  ///< (F)
    std::vector<float> values;       ///< (N, F), row-major; NaN where a sample has none
    std::vector<float> binning;      ///< (N), the binning variable
    std::vector<std::size_t> own;    ///< columns of ObservableList::own_columns()
    std::vector<std::size_t> grows;  ///< those of them that are ObservableInfo::grows

    /// What else the samples were made from, number by number: "impact[0]".
    std::vector<std::string> condition_names;  ///< (K)
    std::vector<float> conditions;             ///< (N, K), row-major

    /// Of each slicing, the slice that a sample lies in.
    std::vector<std::vector<std::uint8_t>> slices;  ///< (slicings, N)
    static constexpr std::uint8_t no_slice = 255;

    std::size_t rows() const { return binning.size(); }
    std::size_t columns() const { return names.size(); }
    std::span<const float> row(std::size_t row) const {
        return std::span(values).subspan(row * columns(), columns());
    }
    /// A copy, (N).
    std::vector<float> column(std::size_t column) const;
    std::optional<std::size_t> find(std::string_view name) const;
    std::optional<std::size_t> find_condition(std::string_view name) const;
    float condition(std::size_t row, std::size_t column) const {
        return conditions[row * condition_names.size() + column];
    }
};

/// The samples of a set that lie in one range of the binning variable. The table must outlive the view.
struct TableView {
    const ObservableTable* table = nullptr;
    std::vector<std::uint32_t> rows;
};

/// The rows that are compared, and those of one bin.
TableView compared_rows(const ObservableTable& table, const Range& compared);
TableView rows_of_bin(const ObservableTable& table, const Bins& bins, std::size_t bin);
/// The compared rows of one slice.
TableView rows_of_slice(const ObservableTable& table, const Range& compared, std::size_t slicing,
                        std::size_t slice);

}  // namespace caloforge::validate
