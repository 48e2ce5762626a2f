#include "validate/shower/RangeInWords.hh"

#include <fmt/format.h>

namespace caloforge::validate {

std::string range_in_words(const std::string& range, const std::string& whole) {
    if (range == whole) return "over all energies";
    const auto colon = range.find(':');
    return colon == std::string::npos
               ? "at " + range + " GeV"
               : fmt::format("at {}–{} GeV", range.substr(0, colon), range.substr(colon + 1));
}

}  // namespace caloforge::validate
