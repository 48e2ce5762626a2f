#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace caloforge::montecarlo {

/// What the spin of electrons and positrons changes in their elastic scattering off a point nucleus: Mott's
/// cross-section over Rutherford's, from its exact series (Mott, Proc. Roy. Soc. A 135 (1932) 429; notation
/// of Sherman, Phys. Rev. 103 (1956) 1601; the series reduced as by Yennie, Ravenhall and Wilson, Phys. Rev.
/// 95 (1954) 500). In tungsten at 90 degrees and 10 MeV 1.66, where the first Born approximation in alpha Z
/// (McKinley and Feshbach) has 0.85; for positrons 0.35. The electrons' screening of it is neglected: it
/// matters at small angles, where the ratio is one.
class MottRatio {
  public:
    /// Angles, equally spaced in s = sin(theta / 2) = sqrt(mu) from 0 to 1.
    static constexpr std::size_t nodes = 33;
    using Angles = std::array<double, nodes>;

    /// `charge`: -1 or 1. Takes a few milliseconds.
    MottRatio(int z, int charge);

    /// At a kinetic energy, GeV; held below 8 keV and above 33 MeV, where it changes no more.
    Angles at(double energy) const;
    static double interpolate(const Angles& ratio, double s);

  private:
    std::vector<Angles> table_;  ///< over the energies
};

/// The same, calculated once for each element and charge. Any thread may call it.
const MottRatio& mott_ratio(int z, int charge);

}  // namespace caloforge::montecarlo
