#pragma once

#include <cstddef>

namespace caloforge::kernels {

/// Functions of single numbers on `count` floats in place, element by element the same whatever the count.
/// NaN stays NaN, so that a network that breaks down is noticed. Thread-safe.
void affine(float* data, std::size_t count, float gain, float shift);  ///< fused multiply-add
void leaky_relu(float* data, std::size_t count, float slope);          ///< slope 0: 0, never -0
void threshold(float* data, std::size_t count, float least);           ///< x, or 0 where x < least

void exp(float* data, std::size_t count);
void log(float* data, std::size_t count);
void sigmoid(float* data, std::size_t count);
void silu(float* data, std::size_t count);
void softplus(float* data, std::size_t count);
void power(float* data, std::size_t count, float exponent);

}  // namespace caloforge::kernels
