#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace caloforge::validate {

/// Random stream (core::RandomStream) of the choices; its "shower" is the number of the sample in its set.
inline constexpr std::uint32_t choice_stream = 0x52000;

/// Chooses at most `limit` samples of a stream of unknown length, each with the same chance: those with the
/// smallest random keys, a key being a function of (seed, number of the sample). So two sets of the same
/// samples, one of them damaged, give the same samples. One thread at a time.
class SampleChoice {
  public:
    SampleChoice(std::size_t limit, std::uint64_t seed) : limit_(limit), seed_(seed) {}

    /// The slot, 0 to limit - 1, in which sample `number` is to be kept, in place of what was there before;
    /// nothing when it is not chosen. Slots are filled in ascending order first.
    std::optional<std::size_t> offer(std::uint64_t number);
    /// Samples kept.
    std::size_t size() const { return kept_.size(); }

  private:
    struct Kept {
        std::uint32_t key;
        std::uint64_t number;
        std::size_t slot;
        bool operator<(const Kept& other) const {
            return std::pair(key, number) < std::pair(other.key, other.number);
        }
    };
    std::size_t limit_;
    std::uint64_t seed_;
    std::vector<Kept> kept_;  ///< a heap, the largest key first
};

/// `limit` of the numbers 0 to count - 1, or all when they are fewer, in random order; the choice is the one
/// of SampleChoice, and that of a smaller limit comes first.
std::vector<std::size_t> choose_rows(std::size_t count, std::size_t limit, std::uint64_t seed);

}  // namespace caloforge::validate
