#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>

#include "kernels/Pointwise.hh"

namespace caloforge::model {

/// Which elements a dropout keeps: a function of (seed, samples[j], stream, element) alone, so that it does
/// not depend on batch, thread, rank or order in memory. Elements are numbered in the order (C, X, Y, Z); one
/// is kept when its 16 random bits are not below rate * 65536, and then multiplied by 1 / (1 - rate).
class DropoutBits {
  public:
    /// Keeps everything.
    DropoutBits() = default;
    /// `boxes` boxes of `cells` elements in every sample.
    DropoutBits(double rate, std::uint64_t seed, std::span<const std::uint64_t> samples, std::uint32_t stream,
                std::size_t boxes, std::size_t cells);

    /// For box i of all: sample * boxes + channel.
    kernels::Dropped box(std::size_t i) const;
    double scale() const { return scale_; }
    /// (boxes of all samples, words), int16; undefined when all is kept. Can be saved for a backward pass.
    const torch::Tensor& bits() const { return bits_; }
    static DropoutBits restored(torch::Tensor bits, double scale);

  private:
    torch::Tensor bits_;
    double scale_ = 1;
};

/// Dropout of x, (N, C, X, Y, Z) or (N, features), on the CPU. Differentiable; the result has x's layout. On
/// other devices libtorch's own dropout is used (not reproducible across batches there).
torch::Tensor keyed_dropout(const torch::Tensor& x, double rate, std::uint64_t seed,
                            std::span<const std::uint64_t> samples, std::uint32_t stream);

}  // namespace caloforge::model
