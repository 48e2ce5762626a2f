#pragma once

#include "montecarlo/Ionisation.hh"
#include "montecarlo/Material.hh"
#include "montecarlo/MottRatio.hh"

namespace caloforge::montecarlo {

/// Elastic scattering of electrons and positrons off the atoms of one material, mu = (1 - cos theta) / 2:
///
///   dSigma/dmu = B / (mu + A)^2 * mott(mu) * nucleus(mu)
///
/// screened Rutherford scattering with Moliere's screening angle (Z. Naturforsch. 2a (1947) 133) and Z (Z +
/// 1) with the atom's electrons, Z^2 without, Mott's ratio for the spin (MottRatio.hh) and a nuclear form
/// factor (1 + q^2 <r^2> / 12 hbar^2)^-2. A mixture is one effective atom with the same B and the same first
/// transport cross-section.
///
/// Collisions beyond mu_c are simulated one by one, those below are taken together: a mixed simulation as in
/// PENELOPE (Salvat, Fernandez-Varea, Sempau: PENELOPE-2018, ch. 4), so that large angles and the lateral
/// displacement need no correction and boundaries no short steps.
class Elastic {
  public:
    /// `electrons`: whether the atom's electrons scatter, too.
    Elastic(const Material& material, double energy, Charge charge, bool electrons = true);
    /// Of a heavier particle of charge 1, mass in GeV: without the spin, which matters at large angles only.
    Elastic(const Material& material, double energy, double mass);

    /// First transport cross-section, 1/mm: mean of 1 - cos theta per mm.
    double transport() const { return transport_; }
    /// Mean free path of all collisions without the corrections, mm.
    double free_path() const { return a_ * (1 + a_) / b_; }
    /// Limit between soft and hard collisions such that a hard one (before the corrections) happens every
    /// `length` mm.
    double border(double length) const;
    /// Collisions beyond `mu_c` per mm.
    double hard(double mu_c) const;
    /// Mean of 1 - cos theta per mm by collisions below `mu_c`.
    double soft_transport(double mu_c) const;

    /// dSigma/dmu, 1/mm.
    double density(double mu) const { return b_ / ((mu + a_) * (mu + a_)) * correction(mu); }

    /// mu of a collision beyond `mu_c`.
    double sample_hard(double mu_c, TrackRandom& random) const;

  private:
    void screen(const Material& material, double momentum2, double beta2, bool electrons);
    double correction(double mu) const;  ///< mott(mu) nucleus(mu)

    double a_ = 0;  ///< A
    double b_ = 0;  ///< B, 1/mm
    MottRatio::Angles mott_{};
    double nucleus_ = 0;  ///< (2 p / hbar)^2 <r^2> / 12
    double transport_ = 0;
};

}  // namespace caloforge::montecarlo
