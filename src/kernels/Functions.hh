#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace caloforge::kernels {

/// A function of single numbers by its name, that of the layer (network/PointwiseLayers.hh): on `count`
/// floats in place, element by element the same whatever the count. NaN stays NaN, so that a network that
/// breaks down is noticed. Thread-safe.
class Function {
  public:
    /// Throws std::logic_error for a name that function_names() does not list.
    explicit Function(std::string_view name);
    std::string_view name() const;
    /// `parameters`: in the order of the layer's row.
    void operator()(float* data, std::size_t count, const float* parameters = nullptr) const;

  private:
    std::size_t number_;
};

std::vector<std::string_view> function_names();

}  // namespace caloforge::kernels
