#pragma once

#include <cstdint>
#include <span>

#include "core/Json.hh"
#include "geometry/Detector.hh"

namespace caloforge::study {

/// The most probable deposit of a muon in one cell layer.
struct MipCheck {
    double stated = 0;       ///< what the detector says, GeV
    double simulated = 0;    ///< GeV
    double error = 0;        ///< standard error of it, from ten parts of the muons, GeV
    std::size_t layers = 0;  ///< that were crossed

    /// Whether the two differ by more than 3 % and by more than three errors.
    bool differs() const;
    core::Json json() const;
};

/// Sends muons of 10 GeV straight through the detector, in the built-in Monte Carlo, and takes the most
/// probable of the energies that they leave in a layer, in all its cells. Takes a second. Throws InputError
/// for a detector that cannot be simulated.
MipCheck check_mip(const geometry::Detector& detector, std::uint64_t seed);

/// Where `values` (positive, 100 at least) are densest, seen with a normal resolution of 2.5 % of their
/// median: of a Landau distribution in thin silicon within 1 %.
double most_probable(std::span<const double> values);

}  // namespace caloforge::study
