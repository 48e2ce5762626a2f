#pragma once

#include <torch/torch.h>

#include "model/Dropout.hh"
#include "network/ConvolutionLayers.hh"

namespace caloforge::model {

/// Whether native_convolution() computes such a convolution of showers (C, X, Y, Z): three axes of stride 1,
/// not too long.
bool native_convolution_fits(const std::vector<network::ConvolutionAxis>& axes, const network::Shape& input,
                             const torch::Tensor& weight);

/// dropout(leaky_relu(convolution of x + bias, slope)) through the Fourier transform
/// (kernels::FourierConvolution), forward and backward; `slope` 1 is no activation. x (N, C, X, Y, Z), weight
/// (F, C, Kx, Ky, Kz), bias (F) or undefined; float32 on the CPU. Differentiable once. The result is
/// contiguous, and every shower's the same bit by bit whatever the number of threads and the other showers.
torch::Tensor native_convolution(const std::vector<network::ConvolutionAxis>& axes, const torch::Tensor& x,
                                 const torch::Tensor& weight, const torch::Tensor& bias, double slope,
                                 const DropoutBits& dropout);

}  // namespace caloforge::model
