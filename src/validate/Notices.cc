#include "validate/Notices.hh"

#include <algorithm>

#include "core/Log.hh"

namespace caloforge::validate {

void Notices::add(std::string text) {
    if (std::ranges::find(texts_, text) != texts_.end()) return;
    core::log_warning(text);
    texts_.push_back(std::move(text));
}

}  // namespace caloforge::validate
