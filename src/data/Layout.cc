#include "data/Layout.hh"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace caloforge::data {

bool is_condition_name(const std::string& name) {
    constexpr std::array<std::string_view, 7> taken = {"ECAL",   "showers", "target", "incident_energies",
                                                       "energy", "theta",   "extra"};
    const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
    return !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) &&
           std::ranges::all_of(name, allowed) && std::ranges::find(taken, name) == taken.end();
}

}  // namespace caloforge::data
