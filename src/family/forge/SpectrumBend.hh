#pragma once

#include <vector>

namespace caloforge::family::forge {

/// A line through points (from, to): the bend of a forge's cells (`from` and `to` of a `sample` layer).
struct SpectrumBend {
    std::vector<double> from, to;  ///< as many; empty: no bend
};

/// The bend of logarithms of cell energies in MIP after which the cells of a training have a smooth spectrum
/// about one MIP. The edge of a single minimum-ionising particle lies at one energy in all cells, and is
/// steeper than a few knots per cell can follow: without it a forge had 3 to 6 % too few cells above 1 MIP
/// below 60 GeV.
///
/// With g the spectrum per unit of ln(E / MIP), smoothed by 0.03, and s the same smoothed by 0.45, the
/// logarithm runs g / s times faster before the bend than after it, between ln(E / MIP) = -1.5 and 1.6, where
/// 31 points are. `spectrum` as ShowerDigest::spectrum; `mip` in GeV. No bend for fewer than 100,000 cells
/// there, whose chance fluctuations would be learned.
SpectrumBend bend_of(const std::vector<double>& spectrum, double mip);

}  // namespace caloforge::family::forge
