#pragma once

#include <array>
#include <cstdint>

#include "core/Json.hh"
#include "network/NetworkSpec.hh"

namespace caloforge::network {

/// Whether a generator's network has the input `impact`: (2), x0, y0 in mm on the front face, relative to the
/// centre of the central cell.
bool takes_impact(const NetworkSpec& spec);

/// The impact points that a model was trained on, mm: `conditions.impact` of its document, a rectangle about
/// the axis.
class TrainedImpact {
  public:
    /// Throws InputError for a document without a usable rectangle.
    explicit TrainedImpact(const core::Json& document);

    double half_x() const { return half_x_; }
    double half_y() const { return half_y_; }
    /// Whether a point lies within, but for a hundredth of the size. False for NaN.
    bool hold(double x, double y) const;
    /// Uniform in the rectangle, a function of (seed, shower): as the built-in Monte Carlo draws it.
    std::array<float, 2> draw(std::uint64_t seed, std::uint64_t shower) const;

  private:
    double half_x_;
    double half_y_;
};

}  // namespace caloforge::network
