#pragma once

#include "montecarlo/Material.hh"
#include "montecarlo/TrackRandom.hh"

namespace caloforge::montecarlo {

/// Ionisation by muons in one material: knock-on electrons above a cut one by one (spin 1/2, electrons at
/// rest), the rest as a continuous loss (Bethe's formula with Sternheimer's density effect: PDG review 2022,
/// ch. 34; Geant4 Physics Reference Manual, "Muon ionisation"). Neglected: shell and Barkas corrections (1 %
/// at 10 MeV), radiative corrections, and that the two charges differ.
class MuonIonisation {
  public:
    /// Of muons of a kinetic energy, GeV.
    MuonIonisation(const Material& material, double energy);

    /// Largest energy that an electron gets, GeV.
    double largest_knock_on() const { return largest_; }
    /// Mean energy per mm lost to electrons below `cut`, GeV/mm.
    double restricted_loss(double cut) const;
    /// Knock-on electrons above `cut` per mm.
    double cross_section(double cut) const;
    /// Kinetic energy of a knock-on electron between `cut` and the largest.
    double sample(double cut, TrackRandom& random) const;
    /// Cosine of the angle between it and the muon.
    double cosine(double knock_on) const;

  private:
    const Material* material_;
    double total_, momentum2_, beta2_;  ///< GeV, GeV2
    double largest_;
    double scale_;  ///< 2 pi r_e^2 m c^2 n_e / beta^2, GeV/mm
};

}  // namespace caloforge::montecarlo
