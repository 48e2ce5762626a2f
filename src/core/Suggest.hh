#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace caloforge::core {

/// The candidate nearest to `word` by edit distance, or "" when none is near (more than half of it differs).
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// " Did you mean `x`?", or " Valid here: a, b, c." when nothing is near. For the end of a message.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace caloforge::core
