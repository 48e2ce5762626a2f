#include "montecarlo/Material.hh"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "montecarlo/Constants.hh"

namespace caloforge::montecarlo {
namespace {

// Below this a material is a gas, g/cm3.
constexpr double gas_density = 0.01;

struct Measured {
    int z;
    double density;  ///< g/cm3, of the measured sample
    double c, x0, x1, a, m, delta0;
};

// Sternheimer, Berger, Seltzer (1984), table I.
constexpr Measured measured[] = {
    {13, 2.699, 4.2395, 0.1708, 3.0127, 0.08024, 3.6345, 0.12},
    {14, 2.33, 4.4351, 0.2014, 2.8715, 0.14921, 3.2546, 0.14},
    {26, 7.874, 4.2911, -0.0012, 3.1531, 0.14680, 2.9632, 0.12},
    {29, 8.96, 4.4190, -0.0254, 3.2792, 0.14339, 2.9044, 0.08},
    {74, 19.3, 5.4059, 0.2167, 3.4960, 0.15509, 2.8447, 0.14},
    {82, 11.35, 6.2018, 0.3776, 3.8073, 0.09359, 3.1608, 0.14},
};

std::optional<DensityEffect> tabulated(const Material& material, double plasma) {
    if (material.components().size() != 1) return std::nullopt;
    for (const Measured& known : measured) {
        if (known.z == material.components().front().element.z() &&
            std::abs(material.density() / known.density - 1) < 0.02)
            return DensityEffect{plasma, known.c, known.x0, known.x1, known.a, known.m, known.delta0};
    }
    return std::nullopt;
}

// Sternheimer and Peierls, Phys. Rev. B 3 (1971) 3681.
DensityEffect general(double excitation, double plasma, bool gas) {
    DensityEffect out{plasma, 1 + 2 * std::log(excitation / plasma), 0.2, 3, 0, 3, 0};
    const double c = out.c;
    if (!gas) {
        const bool low = excitation < 100 * eV;
        out.x1 = low ? 2 : 3;
        if (c > (low ? 3.681 : 5.215)) out.x0 = 0.326 * c - (low ? 1.0 : 1.5);
    } else {
        constexpr double limits[][2] = {{10, 1.6}, {10.5, 1.7}, {11, 1.8}, {11.5, 1.9}, {13.804, 2.0}};
        out.x0 = 0.326 * c - 2.5;
        for (const auto& [limit, x0] : limits) {
            if (c >= limit) continue;
            out.x0 = x0;
            break;
        }
        out.x1 = c < 12.25 ? 4 : 5;
    }
    out.a = (c - 2 * std::numbers::ln10 * out.x0) / std::pow(out.x1 - out.x0, out.m);
    return out;
}

}  // namespace

double DensityEffect::operator()(double x) const {
    if (x < x0) return delta0 > 0 ? delta0 * std::pow(10.0, 2 * (x - x0)) : 0;
    const double high = 2 * std::numbers::ln10 * x - c;
    return x < x1 ? high + a * std::pow(x1 - x, m) : high;
}

Material::Material(const geometry::Material& material) : name_(material.name), density_(material.density) {
    constexpr double mm3_per_cm3 = 1e3;
    double sum = 0;
    for (const auto& [symbol, fraction] : material.fractions) sum += fraction;
    double log_excitation = 0, inverse_length = 0, atoms = 0;
    for (const auto& [symbol, fraction] : material.fractions) {
        const Element element(symbol);
        const double per_mm3 = density_ * fraction / sum * avogadro / element.mass() / mm3_per_cm3;
        const double z = element.z();
        components_.push_back({element, per_mm3});
        electrons_ += z * per_mm3;
        atoms += per_mm3;
        log_excitation += z * per_mm3 * std::log(element.mean_excitation());
        inverse_length += 4 * fine_structure * classical_radius * classical_radius * per_mm3 *
                          (z * z * (element.radiation_log() - element.coulomb_correction()) +
                           z * element.inelastic_radiation_log());
    }
    mean_excitation_ = std::exp(log_excitation / electrons_);
    radiation_length_ = 1 / inverse_length;
    effective_z_ = electrons_ / atoms;
    const double plasma = hbar_c * std::sqrt(4 * std::numbers::pi * electrons_ * classical_radius);
    const auto known = tabulated(*this, plasma);
    density_effect_ = known ? *known : general(mean_excitation_, plasma, density_ < gas_density);
}

}  // namespace caloforge::montecarlo
