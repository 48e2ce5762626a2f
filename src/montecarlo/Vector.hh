#pragma once

#include <array>

namespace caloforge::montecarlo {

/// A place, mm, or a direction: x, y, z.
using Vector = std::array<double, 3>;

}  // namespace caloforge::montecarlo
