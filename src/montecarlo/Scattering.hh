#pragma once

namespace caloforge::montecarlo {

/// Elastic scattering of electrons and positrons.
enum class Scattering {
    /// What ever finer steps come to: soft collisions turn a particle at a random point of its step, hard
    /// ones where
    /// they happen. The atoms' electrons scatter, too.
    exact,
    /// As Geant4 11.4 has it with Urban's model and its default steps: near borders, steps as long as
    /// Geant4's, turned
    /// and displaced at their ends; those that reach a border go straight to it. Nuclei alone scatter.
    /// Deposits in an
    /// active slab are scored in the middle of the way between borders and interactions where Geant4 would
    /// cross most
    /// of it in one step.
    geant4
};

/// What Geant4's default steps are made of (11.4: G4EmParameters, G4UrbanMscModel).
namespace geant4 {

/// Multiple scattering: of the range or the transport mean free path; the latter, mm, from which on it is
/// more; of the way to the nearest border.
inline constexpr double range_factor = 0.04, long_path = 1, safety_factor = 0.6;
/// Ionisation: a step takes this share of the range, but may take all of such a range, mm.
inline constexpr double step_share = 0.2, final_range = 1;
/// To the side, of the root of what the squares of a way and of its distance ahead differ by; and how steeply
/// the azimuth falls off that of the turn, 1/radian.
inline constexpr double displacement = 0.73, azimuth_steepness = 2.16;

}  // namespace geant4

}  // namespace caloforge::montecarlo
