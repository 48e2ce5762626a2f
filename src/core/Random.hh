#pragma once

#include <cstdint>
#include <span>

namespace caloforge::core {

/// A word's place in the open interval (0, 1).
inline double to_open_interval(std::uint32_t word) {
    return (static_cast<double>(word) + 0.5) * 0x1p-32;
}

/// All noise of Caloforge. Philox4x32-10 (Salmon et al., SC'11, doi:10.1145/2063384.2063405) with
/// key = seed and counter = (element / 4, stream, shower low, shower high), so that any element of any stream
/// of any shower is a pure function of its indices: no state, any order, any thread.
class RandomStream {
  public:
    RandomStream(std::uint64_t seed, std::uint64_t shower, std::uint32_t stream)
        : seed_(seed), shower_(shower), stream_(stream) {}

    /// 32 random bits per element, for elements first, first + 1, ...; `first` must be a multiple of 4.
    void bits(std::span<std::uint32_t> out, std::uint32_t first = 0) const;
    /// Uniform in the open interval (0, 1): (top 23 bits + 1/2) / 2^23, exact in float32.
    void uniform(std::span<float> out) const;
    /// Standard normal: Box-Muller on the elements (2k, 2k+1), computed in double.
    void normal(std::span<float> out) const;
    /// One uniform number in (0, 1) with 32 bits of resolution.
    double uniform_at(std::uint32_t element) const;

  private:
    std::uint64_t seed_;
    std::uint64_t shower_;
    std::uint32_t stream_;
};

/// Streams below `first_condition_stream` belong to the random layers of a network, which name theirs.
inline constexpr std::uint32_t first_condition_stream = 0x10000;
inline constexpr std::uint32_t energy_stream = first_condition_stream;
inline constexpr std::uint32_t impact_stream = first_condition_stream + 1;
inline constexpr std::uint32_t direction_stream = first_condition_stream + 2;
inline constexpr std::uint32_t particle_stream = first_condition_stream + 3;
/// Conditions without a stream above: 2^15 streams, by their names.
inline constexpr std::uint32_t named_condition_streams = first_condition_stream + 0x8000;
/// Streams of the training loop; their "shower" is the index of the sample since the start of the training.
inline constexpr std::uint32_t first_training_stream = 0x20000;
/// The order in which a loader reads; its "shower" is the epoch.
inline constexpr std::uint32_t shuffle_stream = 0x30000;
/// Initial weights; the "shower" is the index of the tensor.
inline constexpr std::uint32_t weight_stream = 0x40000;

}  // namespace caloforge::core
