#pragma once

#include <cstdint>
#include <vector>

namespace caloforge::sample {

/// What makes a sample's random numbers its own: a sample is a function of (model, key, conditions), whatever
/// the batch, thread, rank or process. Philox's key is `seed`, `number` is in its counter (core/Random.hh).
struct Key {
    std::uint64_t seed = 0;
    std::uint64_t number = 0;
    bool operator==(const Key&) const = default;
};

/// Numbers first, first + 1, ... of one seed.
inline std::vector<Key> consecutive(std::uint64_t seed, std::uint64_t first, std::size_t count) {
    std::vector<Key> keys(count);
    for (std::size_t i = 0; i < count; ++i) keys[i] = {seed, first + i};
    return keys;
}

}  // namespace caloforge::sample
