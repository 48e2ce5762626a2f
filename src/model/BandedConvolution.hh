#pragma once

#include <torch/torch.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "network/ConvolutionLayers.hh"

namespace caloforge::model {

/// A convolution in three dimensions as one in two: the last axis becomes part of the channels, and the
/// kernel a band along it. With few channels a GPU's matrix units do several times the useful work per second
/// that way, although a band is mostly zeros: 8 filters alone leave most columns of a tile empty
/// (doc/gpu.md). In memory with channels last nothing is moved. The same sums but for rounding;
/// differentiable. Thread-safe.
class BandedConvolution {
  public:
    /// Nothing where it does not pay or does not fit: strides along the last axis, other than three axes, a
    /// band with more than 16 times the kernel's weights, or of more than 2^26.
    static std::optional<BandedConvolution> make(const std::vector<network::ConvolutionAxis>& axes,
                                                 const torch::Tensor& weight);

    /// x: (N, C, X, Y, Z), weight: (F, C, kx, ky, kz), bias: (F) or undefined; (N, F, X', Y', Z'), channels
    /// last.
    torch::Tensor operator()(const torch::Tensor& x, const torch::Tensor& weight,
                             const torch::Tensor& bias) const;

  private:
    explicit BandedConvolution(const std::vector<network::ConvolutionAxis>& axes);
    /// (kz, Z' Z): 1 where an output and an input of the last axis meet at a tap.
    torch::Tensor meetings(const torch::Tensor& like) const;

    std::int64_t made_ = 0;                          ///< cells along the last axis: of the output
    std::int64_t given_ = 0;                         ///< and of the input
    std::array<std::int64_t, 2> stride_{}, both_{};  ///< of the first two axes; zeros at both ends
    std::vector<std::int64_t> extra_;  ///< zeros of one end alone, as constant_pad_nd takes them
    struct Meetings {
        std::mutex mutex;
        torch::Tensor values;  ///< where and in the type that they were last wanted
    };
    std::shared_ptr<Meetings> meetings_ = std::make_shared<Meetings>();
};

}  // namespace caloforge::model
