#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace caloforge::sample {

/// Extents of one sample, without the batch axis: (C, X, Y, Z) or (features).
using Shape = std::vector<std::int64_t>;

std::string to_string(const Shape& shape);
/// Product of the extents; the largest 64-bit number when it is larger (files may name any extents).
std::int64_t element_count(const Shape& shape);
std::int64_t saturating_product(std::int64_t a, std::int64_t b);

}  // namespace caloforge::sample
