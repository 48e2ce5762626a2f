#pragma once

#include <array>
#include <cstdint>

#include "core/Random.hh"
#include "montecarlo/FastMath.hh"

namespace caloforge::montecarlo {

/// Streams of core::RandomStream of one simulated shower: this one and those after it, each for 2^32 numbers.
inline constexpr std::uint32_t first_shower_stream = 0x60000;

/// The random numbers of one simulated shower, one after the other: a function of (seed, shower). One thread.
class ShowerRandom {
  public:
    ShowerRandom(std::uint64_t seed, std::uint64_t shower) : seed_(seed), shower_(shower) {}

    /// In the open interval (0, 1), 32 bits.
    double uniform() {
        if (next_ == buffer_.size()) refill();
        return (static_cast<double>(buffer_[next_++]) + 0.5) * 0x1p-32;
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

  private:
    void refill();

    std::uint64_t seed_;
    std::uint64_t shower_;
    std::uint64_t drawn_ = 0;
    std::array<std::uint32_t, 1024> buffer_{};
    std::size_t next_ = 1024;
    double spare_ = 0;
    bool has_spare_ = false;
};

}  // namespace caloforge::montecarlo
