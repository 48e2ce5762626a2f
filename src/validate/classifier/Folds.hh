#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace caloforge::validate {

/// Who takes which part in one training; numbers of samples, each in exactly one part.
struct FoldSplit {
    std::vector<std::size_t> training;    ///< the weights are fitted to these
    std::vector<std::size_t> validation;  ///< these decide when to stop, and calibrate
    std::vector<std::size_t> test;        ///< these are scored
};

/// Cross-fitting: the samples 0 to n - 1 of both sets, cut into as many test parts as there are trainings, so
/// that every sample is scored exactly once, by a network that saw it neither in training nor in deciding
/// when to stop. Sample i of the reference and sample i of the candidate stay together: where they are twins
/// (a damaged copy), a network that learned one by heart is never asked about the other.
class Folds {
  public:
    /// The parts are a function of (seed, repetition). Throws InputError when a part would be empty.
    Folds(std::size_t samples, std::size_t folds, double validation_share, std::uint64_t seed,
          std::uint64_t repetition);

    std::size_t size() const { return folds_; }
    FoldSplit split(std::size_t fold) const;

  private:
    std::vector<std::size_t> order_;  ///< the samples, shuffled
    std::size_t folds_;
    double validation_share_;
};

/// The numbers 0 to n - 1 in the random order of (seed, index, stream).
std::vector<std::size_t> shuffled(std::size_t n, std::uint64_t seed, std::uint64_t index,
                                  std::uint32_t stream);

}  // namespace caloforge::validate
