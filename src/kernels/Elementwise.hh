#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/TapConvolution.hh"

namespace caloforge::kernels {

/// Which elements of two inputs meet: the k-th pair is a[first[k]], b[second[k]]; without `first` and
/// `second` a[k * step_a], b[k * step_b]. An element is `lanes` floats, of 16 showers, or one, of a single
/// shower.
struct ElementPairs {
    const float* a = nullptr;
    const float* b = nullptr;
    const std::int32_t* first = nullptr;
    const std::int32_t* second = nullptr;
    std::size_t step_a = 1;
    std::size_t step_b = 1;
};

// All of them: the same floats whether of one shower or of 16; alignment does not matter; thread-safe.
// `together`: elements of `lanes` floats, else of one.

/// out[k] = a + b of the k-th pair.
void add(const ElementPairs& pairs, std::size_t count, bool together, float* out);
/// out[k] = a * b of the k-th pair.
void multiply(const ElementPairs& pairs, std::size_t count, bool together, float* out);
/// out[i] = scale * the sum of the elements [begins[i], begins[i + 1]) of the list.
void sum(const float* in, std::span<const std::int32_t> elements, std::span<const std::int32_t> begins,
         float scale, bool together, float* out);
/// out[i] = scale * the sum of the products of the pairs [begins[i], begins[i + 1]).
void sum_of_products(const ElementPairs& pairs, std::span<const std::int32_t> begins, float scale,
                     bool together, float* out);

}  // namespace caloforge::kernels
