#include "data/Normalisation.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/Error.hh"
#include "core/Units.hh"
#include "data/Polynomial.hh"
#include "data/ShowerDigest.hh"

namespace caloforge::data {
namespace {

/// The polynomial is one in E / 100 GeV, as the energies of the 3DGAN networks are.
constexpr double energy_unit = 100 * units::GeV;

}  // namespace

double Normalisation::expected_sum(double incident) const {
    return evaluate(sum_coefficients, incident / energy_unit);
}

core::Json Normalisation::json() const {
    return {{"cell_scale", cell_scale},
            {"sum_coefficients", sum_coefficients},
            {"energy_low", energy_low},
            {"energy_high", energy_high},
            {"sampling_fraction", sampling_fraction},
            {"sampling_fraction_width", sampling_fraction_width},
            {"showers", showers}};
}

Normalisation Normalisation::from_json(const core::Json& json) {
    Normalisation out;
    try {
        out.cell_scale = json.at("cell_scale").get<double>();
        out.sum_coefficients = json.at("sum_coefficients").get<std::vector<double>>();
        out.energy_low = json.at("energy_low").get<double>();
        out.energy_high = json.at("energy_high").get<double>();
        out.sampling_fraction = json.at("sampling_fraction").get<double>();
        out.sampling_fraction_width = json.at("sampling_fraction_width").get<double>();
        out.showers = json.at("showers").get<std::uint64_t>();
    } catch (const core::Json::exception& error) {
        throw core::InputError(fmt::format(
            "cannot read a normalisation from JSON ({}). Was it written by another version?", error.what()));
    }
    return out;
}

Normalisation fit_normalisation(const ShowerSet& set, int degree, bool scale_cells) {
    return fit_normalisation(digest(set, 0, set.size()), set.readout().cells(), degree, scale_cells);
}

Normalisation fit_normalisation(const ShowerDigest& whole, std::size_t cells_of_one, int degree,
                                bool scale_cells) {
    if (degree < 1 || degree > static_cast<int>(PolynomialFit::highest_degree)) {
        throw core::InputError(
            fmt::format("the degree of the polynomial for the deposited energy is {} (1 to {} "
                        "is wanted)",
                        degree, PolynomialFit::highest_degree));
    }
    Normalisation out;
    PolynomialFit polynomial;
    double squares = 0;           // of all cells, GeV^2
    double fraction_squares = 0;  // of the deviations of the sampling fraction, by Welford's recurrence
    out.energy_low = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const double incident = whole.incident()[i], sum = whole.sums[i];
        squares += whole.squares[i];
        polynomial.add(incident / energy_unit, sum, 1 / incident);
        out.energy_low = std::min(out.energy_low, incident);
        out.energy_high = std::max(out.energy_high, incident);
        ++out.showers;
        const double deviation = sum / incident - out.sampling_fraction;
        out.sampling_fraction += deviation / static_cast<double>(out.showers);
        fraction_squares += deviation * (sum / incident - out.sampling_fraction);
    }
    if (!(squares > 0)) {
        throw core::InputError(
            fmt::format("none of the {} showers deposits any energy (nothing can be learned from them). Do "
                        "the files hold "
                        "another unit?",
                        out.showers));
    }
    if (out.showers > 1) {
        out.sampling_fraction_width = std::sqrt(fraction_squares / static_cast<double>(out.showers - 1));
    }
    out.sum_coefficients = polynomial.solve(static_cast<std::size_t>(degree));
    if (scale_cells) {
        const double cells = static_cast<double>(out.showers) * static_cast<double>(cells_of_one);
        out.cell_scale = 1 / std::sqrt(squares / cells);
    }
    return out;
}

}  // namespace caloforge::data
