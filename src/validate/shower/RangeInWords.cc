#include "validate/shower/RangeInWords.hh"

#include <fmt/format.h>

#include "validate/statistics/Slicing.hh"

namespace caloforge::validate {

std::string range_in_words(const std::string& range, const std::string& whole) {
    if (range == whole) return "over all energies";
    const auto [slicing, label] = parts_of(range);
    if (slicing == "particle") return fmt::format("for {}", label);
    const char* unit = slicing == "theta" ? "°" : " GeV";
    const std::string of = slicing.empty() ? "" : std::string(slicing) + " ";
    const auto colon = label.find(':');
    return colon == std::string::npos
               ? fmt::format("at {}{}{}", of, label, unit)
               : fmt::format("at {}{}–{}{}", of, label.substr(0, colon), label.substr(colon + 1), unit);
}

}  // namespace caloforge::validate
