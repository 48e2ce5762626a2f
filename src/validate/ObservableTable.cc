#include "validate/ObservableTable.hh"

#include <algorithm>

namespace caloforge::validate {

std::vector<float> ObservableTable::column(std::size_t column) const {
    std::vector<float> out(rows());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = values[i * columns() + column];
    return out;
}

std::optional<std::size_t> ObservableTable::find(std::string_view name) const {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

}  // namespace caloforge::validate
