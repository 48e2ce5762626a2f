#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace caloforge::validate {

/// Stream of core::RandomStream that draws the batches; its "shower" is 2 * batch, + 1 for the candidate.
inline constexpr std::uint32_t frechet_stream = 0x50001;

/// The defaults are JetNet's (jetnet.evaluation.fpd, version 0.2.5); other values give other figures.
struct FrechetOptions {
    std::size_t min_samples = 20'000;  ///< smallest batch, and the fewest entries of a set
    std::size_t max_samples = 50'000;  ///< largest batch
    std::size_t batches = 20;          ///< of each size
    std::size_t points = 10;           ///< sizes, equally spaced in 1 / size; 3 or more
    std::uint64_t seed = 1;
    bool small_sets = false;       ///< draw from sets of less than min_samples too, as JetNet does
    std::string word = "entries";  ///< what rows are called in reasons
};

struct FrechetOutcome {
    std::optional<double> value;
    std::optional<double> error;  ///< one standard deviation, of the extrapolation only
    std::string reason;           ///< why there is no value; empty otherwise
};

/// Frechet distance of the normal distributions with the means m and covariances S (divisor n - 1) of two
/// samples, each (n, features) row-major: |m_r - m_c|^2 + tr S_r + tr S_c - 2 tr sqrt(S_r S_c). Not a square
/// root, as usual for this measure. Covariances may be singular. Throws InputError when a size is no multiple
/// of `features`, a sample has less than two entries or a value is not finite.
double frechet_distance(std::span<const float> reference, std::span<const float> candidate,
                        std::size_t features);

/// Frechet physics distance (Kansal et al., Phys. Rev. D 107 (2023) 076017): every feature is divided by its
/// largest magnitude in the reference; then frechet_distance() of batches drawn with replacement, averaged
/// per batch size N, is fitted by value + slope / N with value >= 0 and slope >= 0. This removes the bias of
/// finite batches, not that of the finite sets: two sets of n entries of one distribution give about
/// features^2 / (2 n) times the variance of a divided feature, not 0. Differs from JetNet in two ways: fewer
/// than min_samples entries give a reason instead of a value (JetNet warns below 50,000), and the fit is
/// exact (JetNet's minimiser stops early where the distance is below about 1e-4 and then gives too much). One
/// thread; time goes as features^2, 3 s for 40 features. Throws InputError as frechet_distance() and for
/// options that make no fit.
FrechetOutcome frechet_physics_distance(std::span<const float> reference, std::span<const float> candidate,
                                        std::size_t features, const FrechetOptions& options = {});

}  // namespace caloforge::validate
