#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "validate/statistics/Frechet.hh"

namespace caloforge::validate {

/// Stream of core::RandomStream that draws the batches; its "shower" is 2 * batch, + 1 for the candidate.
inline constexpr std::uint32_t kernel_stream = 0x50003;

/// The defaults are JetNet's (jetnet.evaluation.kpd, version 0.2.5); other values give other figures.
struct KernelOptions {
    std::size_t batches = 10;
    std::size_t batch_size = 5'000;  ///< entries drawn of each set, with replacement
    std::uint64_t seed = 1;
};

/// Unbiased estimate of the squared maximum mean discrepancy of two samples, each (n, features) row-major,
/// under the kernel (x.y / features + 1)^4: mean of k(x, x') over pairs of different reference entries, plus
/// that of the candidate's, minus twice the mean of k(x, y). Negative by chance. Throws InputError when a
/// size is no multiple of `features`, a sample has less than two entries or a value is not finite.
double kernel_distance(std::span<const float> reference, std::span<const float> candidate,
                       std::size_t features);

/// Kernel physics distance (Kansal et al., Phys. Rev. D 107 (2023) 076017): every feature is divided by its
/// largest magnitude in the reference; the median of kernel_distance() over batches, and as its error half of
/// the distance between their 16.275 and 83.725 percentiles. An entry drawn twice makes a pair with itself,
/// as in JetNet: of sets not much larger than a batch the figure is too large by that. Time goes as
/// batch_size^2 * features. Throws InputError as kernel_distance() and for options that make no batch.
FrechetOutcome kernel_physics_distance(std::span<const float> reference, std::span<const float> candidate,
                                       std::size_t features, const KernelOptions& options = {});

}  // namespace caloforge::validate
