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

}  // namespace caloforge::montecarlo
