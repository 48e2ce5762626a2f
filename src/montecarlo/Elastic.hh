#pragma once

#include "montecarlo/Ionisation.hh"
#include "montecarlo/Material.hh"

namespace caloforge::montecarlo {

/// Elastic scattering of electrons and positrons off the atoms of one material, mu = (1 - cos theta) / 2:
///
///   dSigma/dmu = B / (mu + A)^2 * mott(mu) * nucleus(mu)
///
/// screened Rutherford scattering with Moliere's screening angle (Z. Naturforsch. 2a (1947) 133) and Z (Z +
/// 1) for the atom's electrons, McKinley and Feshbach's spin correction (Phys. Rev. 74 (1948) 1759; beyond
/// its validity for Z > 27, but of the right sign and size for the small angles that matter), and a nuclear
/// form factor. A mixture is one effective atom with the same B and the same first transport cross-section.
///
/// Collisions beyond mu_c are simulated one by one, those below are taken together: a mixed simulation as in
/// PENELOPE (Salvat, Fernandez-Varea, Sempau: PENELOPE-2018, ch. 4), so that large angles and the lateral
/// displacement need no correction and boundaries no short steps.
class Elastic {
  public:
    Elastic(const Material& material, double energy, Charge charge);

    /// First transport cross-section, 1/mm: mean of 1 - cos theta per mm.
    double transport() const { return transport_; }
    /// Limit between soft and hard collisions such that a hard one (before the corrections) happens every
    /// `length` mm.
    double border(double length) const;
    /// Collisions beyond `mu_c` per mm, not corrected: an upper limit times bound().
    double hard(double mu_c) const;
    /// Mean of 1 - cos theta per mm by collisions below `mu_c`.
    double soft_transport(double mu_c) const;

    double screening() const { return a_; }
    /// mott(mu) nucleus(mu), at most bound().
    double correction(double mu) const;
    double bound() const { return bound_; }

  private:
    double a_ = 0;  ///< A
    double b_ = 0;  ///< B, 1/mm
    double beta2_ = 0;
    double mott_ = 0;     ///< pi alpha Z beta, negative for positrons
    double nucleus_ = 0;  ///< (2 p R / hbar)^2 / 12
    double bound_ = 1;
    double transport_ = 0;
};

}  // namespace caloforge::montecarlo
