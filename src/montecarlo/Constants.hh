#pragma once

#include "core/Units.hh"

/// Constants of electromagnetic processes (CODATA 2018, PDG review 2022, table 1.1), in native units.
namespace caloforge::montecarlo {

inline constexpr double electron_mass = 0.51099895 * units::MeV;
inline constexpr double muon_mass = 105.6583755 * units::MeV;
inline constexpr double fine_structure = 1 / 137.035999084;
inline constexpr double hbar_c = 197.3269804e-12 * units::MeV * units::mm;
inline constexpr double classical_radius = fine_structure * hbar_c / electron_mass;  ///< 2.818 fm
inline constexpr double bohr_radius = hbar_c / (fine_structure * electron_mass);
inline constexpr double avogadro = 6.02214076e23;  ///< 1 / mol
inline constexpr double barn = 1e-22 * units::mm * units::mm;
inline constexpr double eV = 1e-6 * units::MeV;

}  // namespace caloforge::montecarlo
