#include "validate/statistics/ObservableTable.hh"

#include <algorithm>

namespace caloforge::validate {
namespace {

template <class Wanted>
TableView rows_where(const ObservableTable& table, Wanted&& wanted) {
    TableView view{&table, {}};
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (wanted(table.binning[row])) view.rows.push_back(static_cast<std::uint32_t>(row));
    }
    return view;
}

std::optional<std::size_t> place_of(std::string_view name, const std::vector<std::string>& names) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::vector<float> ObservableTable::column(std::size_t column) const {
    std::vector<float> out(rows());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = values[i * columns() + column];
    return out;
}

std::optional<std::size_t> ObservableTable::find(std::string_view name) const {
    return place_of(name, names);
}

std::optional<std::size_t> ObservableTable::find_condition(std::string_view name) const {
    return place_of(name, condition_names);
}

TableView compared_rows(const ObservableTable& table, const Range& compared) {
    return rows_where(table, [&](double value) { return compared.holds(value); });
}

TableView rows_of_slice(const ObservableTable& table, const Range& compared, std::size_t slicing,
                        std::size_t slice) {
    TableView view = compared_rows(table, compared);
    std::erase_if(view.rows, [&](std::uint32_t row) { return table.slices[slicing][row] != slice; });
    return view;
}

TableView rows_of_bin(const ObservableTable& table, const Bins& bins, std::size_t bin) {
    return rows_where(table, [&](double value) { return bins.slot(value) == bin; });
}

}  // namespace caloforge::validate
