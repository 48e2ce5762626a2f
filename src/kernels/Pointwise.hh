#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace caloforge::kernels {

/// Passes over the cells of one box (one channel of one shower) that training makes between convolutions.
/// Cells may have bits, 16 in a word: cell i is bit i % 16 of word i / 16. All thread-safe; in and out may be
/// the same.

constexpr std::size_t bit_words(std::size_t cells) {
    return (cells + 15) / 16;
}

/// Which cells a dropout keeps, and what the kept ones are multiplied with. Empty: all, with 1.
struct Dropped {
    std::span<const std::uint16_t> kept;
    float scale = 1;
};

/// Bits of the elements that are `limit` or above.
void bits_not_below(std::span<const std::uint16_t> values, std::uint16_t limit, std::uint16_t* bits);

/// out = dropout(leaky_relu(in + bias)); a `slope` of 1 is no ReLU. `positive` takes the bits of cells above
/// 0 behind the bias; empty: not wanted.
void bias_leaky_drop(std::span<const float> in, float bias, float slope, const Dropped& dropped,
                     std::span<std::uint16_t> positive, float* out);
/// The gradient in front of that; `positive` empty: without a ReLU.
void bias_leaky_drop_gradient(std::span<const float> gradient, float slope,
                              std::span<const std::uint16_t> positive, const Dropped& dropped, float* out);

/// Sum of the cells and of their squares.
std::array<double, 2> sums(std::span<const float> in);
/// out = dropout(factor * in + offset).
void scale_drop(std::span<const float> in, float factor, float offset, const Dropped& dropped, float* out);
/// Of the gradient behind a dropout, taken in front of it: its sum, and that of its product with `in`.
std::array<double, 2> gradient_sums(std::span<const float> gradient, const Dropped& dropped,
                                    std::span<const float> in);
/// out = of_gradient * gradient in front of the dropout + of_in * in + offset.
void scale_drop_gradient(std::span<const float> gradient, const Dropped& dropped, std::span<const float> in,
                         float of_gradient, float of_in, float offset, float* out);

}  // namespace caloforge::kernels
