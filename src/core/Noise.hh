#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/Random.hh"

namespace caloforge::core {

/// The distributions of a network's random layers, each with one fixed transform: element e is a function of
/// the stream and e alone. A value; fill() is thread-safe.
class Noise {
  public:
    enum class Distribution { normal, uniform, gamma, poisson };

    /// `parameter`: of gamma its shape parameter (the mean; the scale is 1), of poisson the mean; else
    /// unused.
    explicit Noise(Distribution distribution = Distribution::normal, double parameter = 0);

    /// Elements 0, 1, ... of `stream`:
    /// normal: standard, Box-Muller; uniform: in (0, 1), both as RandomStream has them;
    /// gamma: Marsaglia and Tsang, ACM TOMS 26 (2000) 363, every element with 16 tries from words of its own
    /// (a 17th would be wanted once in 10^20 elements: the last is taken), at most 2^26 elements; poisson:
    /// inversion of the cumulative distribution at a uniform number with 32 bits.
    void fill(const RandomStream& stream, std::span<float> out) const;

    // What others draw the same numbers from.
    Distribution distribution() const { return distribution_; }
    double parameter() const { return parameter_; }
    /// Of poisson: the cumulative distribution of first(), first() + 1, ...
    const std::vector<double>& cumulative() const { return cumulative_; }
    double first() const { return first_; }
    /// Tries of an element of gamma.
    static constexpr std::uint32_t gamma_tries = 16;

    /// Limits of `parameter`, which a file may state.
    static constexpr double least_parameter = 1e-3;
    static constexpr double largest_parameter = 1e4;
    static constexpr std::int64_t largest_gamma_count = std::int64_t{1} << 26;

  private:
    float gamma(const RandomStream& stream, std::uint32_t element) const;

    Distribution distribution_;
    double parameter_;
    std::vector<double> cumulative_;  ///< poisson: of first_, first_ + 1, ...
    double first_ = 0;
};

}  // namespace caloforge::core
