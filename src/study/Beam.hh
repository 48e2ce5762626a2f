#pragma once

#include "montecarlo/ShowerSimulator.hh"
#include "sample/Distribution.hh"

namespace caloforge::study {

/// The particles of a simulation: how they differ from shower to shower.
struct Beam {
    sample::Distribution energy;                                      ///< kinetic, GeV
    sample::Distribution particle = sample::Distribution::value(11);  ///< PDG code
    sample::Distribution theta = sample::Distribution::value(0);      ///< to +z, degrees
    sample::Distribution phi = sample::Distribution::value(0);        ///< about z, degrees

    /// That of one shower; the energy is the float32 that its file holds.
    montecarlo::Incident draw(const sample::Key& key) const;
};

}  // namespace caloforge::study
