#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace caloforge::test {

/// How often `word` occurs.
inline std::size_t count_of(std::string_view text, std::string_view word) {
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
        ++count;
    return count;
}

/// Page objects of a PDF whose objects are not packed into streams (version 1.4).
inline std::size_t pages_of(std::string_view pdf) {
    return count_of(pdf, "/Type /Page") - count_of(pdf, "/Type /Pages");
}

}  // namespace caloforge::test
