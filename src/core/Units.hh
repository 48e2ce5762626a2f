#pragma once

/// Native units of Caloforge: mm, GeV, radian, ns. A raw number meets its unit at the boundary:
/// `5.1 * units::mm`, `0.145 * units::MeV`.
namespace caloforge::units {
inline constexpr double mm = 1.0;
inline constexpr double cm = 10.0 * mm;
inline constexpr double m = 1000.0 * mm;
inline constexpr double GeV = 1.0;
inline constexpr double MeV = 1e-3 * GeV;
inline constexpr double keV = 1e-6 * GeV;
inline constexpr double TeV = 1e3 * GeV;
inline constexpr double radian = 1.0;
inline constexpr double degree = 0.017453292519943295 * radian;  // pi / 180
inline constexpr double ns = 1.0;
}  // namespace caloforge::units
