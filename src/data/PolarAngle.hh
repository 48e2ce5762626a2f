#pragma once

#include <array>
#include <cmath>
#include <numbers>

namespace caloforge::data {

/// The variable-angle layout's `theta`, radian: that of a barrel's polar angle, 90° along the calorimeter's
/// normal, in the plane of x and z. The direction (theta, phi) it stands for, phi 0 or pi.
inline std::array<float, 2> direction_of_polar_angle(float angle) {
    const double theta = static_cast<double>(angle) - std::numbers::pi / 2;
    return {static_cast<float>(std::abs(theta)), theta < 0 ? std::numbers::pi_v<float> : 0.0F};
}

/// The other way: float32 angles from 1 radian on come back as they were. Only for directions with
/// lies_in_plane.
inline float polar_angle(float theta, float phi) {
    const double signed_theta = phi == 0 ? theta : -static_cast<double>(theta);
    return static_cast<float>(signed_theta + std::numbers::pi / 2);
}

inline bool lies_in_plane(float theta, float phi) {
    return theta == 0 || phi == 0 || std::abs(phi) == std::numbers::pi_v<float>;
}

}  // namespace caloforge::data
