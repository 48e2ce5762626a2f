#include "validate/statistics/SampleChoice.hh"

#include <algorithm>
#include <array>

#include "core/Random.hh"

namespace caloforge::validate {
namespace {

std::uint32_t choice_key(std::uint64_t seed, std::uint64_t number) {
    std::array<std::uint32_t, 1> key{};
    core::RandomStream(seed, number, choice_stream).bits(key);
    return key[0];
}

}  // namespace

std::optional<std::size_t> SampleChoice::offer(std::uint64_t number) {
    Kept kept{choice_key(seed_, number), number, kept_.size()};
    if (kept_.size() == limit_) {
        if (limit_ == 0 || !(kept < kept_.front())) return std::nullopt;
        std::pop_heap(kept_.begin(), kept_.end());
        kept.slot = kept_.back().slot;
        kept_.pop_back();
    }
    kept_.push_back(kept);
    std::push_heap(kept_.begin(), kept_.end());
    return kept.slot;
}

std::vector<std::size_t> choose_rows(std::size_t count, std::size_t limit, std::uint64_t seed) {
    std::vector<std::pair<std::uint32_t, std::size_t>> keyed(count);
    for (std::size_t i = 0; i < count; ++i) keyed[i] = {choice_key(seed, i), i};
    std::sort(keyed.begin(), keyed.end());
    keyed.resize(std::min(count, limit));
    std::vector<std::size_t> rows(keyed.size());
    std::transform(keyed.begin(), keyed.end(), rows.begin(), [](const auto& pair) { return pair.second; });
    return rows;
}

}  // namespace caloforge::validate
