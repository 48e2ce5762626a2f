#pragma once

#include <vector>

#include "core/Json.hh"
#include "data/ShowerSet.hh"

namespace caloforge::data {

/// What is fitted on the training part and travels in the weights file.
struct Normalisation {
    /// Network units per GeV: 1 / RMS of all cells (or 1, the published choice).
    double cell_scale = 1;
    /// Deposited energy = sum_k sum_coefficients[k] * (E / 100 GeV)^k, GeV; least squares, weighted with 1/E.
    std::vector<double> sum_coefficients;
    double energy_low = 0;               ///< smallest incident energy seen, GeV
    double energy_high = 0;              ///< largest incident energy seen, GeV
    double sampling_fraction = 0;        ///< mean of E_deposited / E_incident
    double sampling_fraction_width = 0;  ///< its standard deviation
    std::uint64_t showers = 0;           ///< how many were seen

    /// Expected deposited energy, GeV, for an incident energy in GeV.
    double expected_sum(double incident) const;

    core::Json json() const;
    static Normalisation from_json(const core::Json& json);
};

/// One pass over the set. `degree` of the polynomial (1...4; less when the set holds too few energies).
/// Throws InputError when nothing can be learned: no energy deposited, all showers empty.
Normalisation fit_normalisation(const ShowerSet& set, int degree, bool scale_cells);

}  // namespace caloforge::data
