#pragma once

#include "montecarlo/Material.hh"

namespace caloforge::montecarlo {

/// Bremsstrahlung of electrons and positrons in one material. Tsai's cross-section with Thomas-Fermi
/// screening and the Coulomb correction (Rev. Mod. Phys. 46 (1974) 815, eq. 3.83; complete screening up to
/// beryllium, the electrons' part included), dielectric suppression (Ter-Mikaelian) and the
/// Landau-Pomeranchuk-Migdal effect. As in the reference simulations, it applies above 1 MeV; below,
/// radiation (less than 3 % of the loss even in tungsten) is neglected. So is the difference between
/// electrons and positrons, below 1 % above 50 MeV.
class Bremsstrahlung {
  public:
    static constexpr double least_energy = 1e-3;  ///< GeV, kinetic

    explicit Bremsstrahlung(const Material& material);

    /// k dSigma/dk, 1/mm, for kinetic energy `energy` and photon energy `k` (GeV).
    double spectrum(double energy, double k) const;
    /// Mean energy radiated per mm into photons below `cut`, GeV/mm.
    double restricted_loss(double energy, double cut) const;
    /// Photons above `cut` per mm.
    double cross_section(double energy, double cut) const;

  private:
    const Material* material_;
    double lpm_energy_;          ///< GeV: alpha m^2 X0 / (4 pi hbar c) (PDG review, eq. 34.33)
    double plasma_over_mass_2_;  ///< (hbar omega_p / m c^2)^2
};

}  // namespace caloforge::montecarlo
