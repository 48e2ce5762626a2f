#pragma once

#include <string>

namespace caloforge::validate {

/// "at 10–20 GeV" of the range "10:20" of incident energies, "at theta 0–10°" of "theta 0:10", "for gamma" of
/// "particle gamma", "over all energies" of the whole compared one.
std::string range_in_words(const std::string& range, const std::string& whole);

}  // namespace caloforge::validate
