#pragma once

#include <array>
#include <cstdint>

#include "core/Random.hh"
#include "montecarlo/FastMath.hh"

namespace caloforge::montecarlo {

/// Stream of core::RandomStream that tracks draw from; its "shower" is the track's identity.
inline constexpr std::uint32_t track_stream = 0x60000;

/// An identity made of another and a number: 64 bits well mixed (Steele, Lea and Flood's SplitMix64). Two of
/// the millions of tracks of a shower share one, and so their numbers, once in a million showers.
inline std::uint64_t identity_of(std::uint64_t parent, std::uint64_t number) {
    std::uint64_t x = parent + 0x9E3779B97F4A7C15 * (number + 1);
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
}

/// The random numbers of one track, one after the other: a function of the run's seed and of the track's
/// identity, so that a shower does not depend on the order in which its tracks are followed. Blocks of four
/// numbers are numbered; a track that is followed further goes on with the next. One thread.
class TrackRandom {
  public:
    TrackRandom(std::uint64_t seed, std::uint64_t track, std::uint32_t first_block = 0)
        : seed_(seed), track_(track), block_(first_block), first_(first_block) {}

    /// In the open interval (0, 1), 32 bits.
    double uniform() {
        if (next_ == buffer_.size()) refill();
        return core::to_open_interval(buffer_[next_++]);
    }
    /// With mean one.
    double exponential() { return -fast_log(uniform()); }
    /// Cosine and sine of an angle uniform over the circle (von Neumann's method).
    struct Azimuth {
        double cosine;
        double sine;
        Azimuth opposite() const { return {-cosine, -sine}; }
    };
    Azimuth azimuth() {
        for (;;) {
            const double x = 2 * uniform() - 1;
            const double y = uniform();
            const double square = x * x + y * y;
            if (square <= 1) return {(x * x - y * y) / square, 2 * x * y / square};
        }
    }
    /// Standard normal (Box-Muller; the second number is kept).
    double normal();
    /// Poisson; above a mean of 64 a rounded normal.
    double poisson(double mean);

    /// Identity of the next particle that this one makes.
    std::uint64_t child() { return identity_of(track_ ^ (std::uint64_t{first_} << 32), children_++); }
    /// The first block that is not used yet.
    std::uint32_t block() const { return block_; }

  private:
    void refill();

    std::uint64_t seed_;
    std::uint64_t track_;
    std::uint32_t block_;
    std::uint32_t first_;
    std::array<std::uint32_t, 16> buffer_{};  ///< four blocks, which take hardly longer than one
    std::size_t next_ = 16;
    std::uint64_t children_ = 0;
    double spare_ = 0;
    bool has_spare_ = false;
};

}  // namespace caloforge::montecarlo
