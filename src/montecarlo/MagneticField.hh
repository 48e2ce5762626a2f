#pragma once

#include <cmath>

#include "core/Units.hh"
#include "montecarlo/Vector.hh"

namespace caloforge::montecarlo {

/// A uniform magnetic field in the whole stack. Charged particles go on helices, made of straight pieces: a
/// particle is turned by half of what a piece turns it, goes straight, and is turned by the other half, so
/// that the piece is the chord of its helix. Where the slab's border cuts it short, the halves are those of
/// the way that was ahead and of the way made. Time and electric fields do not exist here.
class MagneticField {
  public:
    MagneticField() = default;
    /// Tesla.
    explicit MagneticField(const Vector& tesla) {
        tesla_ = std::sqrt(tesla[0] * tesla[0] + tesla[1] * tesla[1] + tesla[2] * tesla[2]);
        if (tesla_ > 0) axis_ = {tesla[0] / tesla_, tesla[1] / tesla_, tesla[2] / tesla_};
    }

    explicit operator bool() const { return tesla_ > 0; }
    const Vector& axis() const { return axis_; }  ///< unit vector

    /// How far an electron of one GeV of momentum turns about the axis, radian/mm. Others: times -charge /
    /// momentum.
    double turning() const { return 0.299792458e-3 * tesla_; }

    /// `direction` turned about the field's axis.
    Vector turned(const Vector& direction, double angle) const {
        const double cosine = std::cos(angle), sine = std::sin(angle);
        const auto& [a, b, c] = axis_;
        const auto& [u, v, w] = direction;
        const double along = (a * u + b * v + c * w) * (1 - cosine);
        return {u * cosine + (b * w - c * v) * sine + a * along,
                v * cosine + (c * u - a * w) * sine + b * along,
                w * cosine + (a * v - b * u) * sine + c * along};
    }

  private:
    double tesla_ = 0;
    Vector axis_{};
};

}  // namespace caloforge::montecarlo
