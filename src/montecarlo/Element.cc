#include "montecarlo/Element.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/FastMath.hh"

namespace caloforge::montecarlo {
namespace {

// Limits of the photoelectric fit, MeV.
constexpr double fit_low = 1e-3;
constexpr double fit_high = 0.78;

double coulomb(int z) {
    const double a = fine_structure * z;
    const double a2 = a * a;
    return a2 * (1 / (1 + a2) + 0.20206 - 0.0369 * a2 + 0.0083 * a2 * a2 - 0.002 * a2 * a2 * a2);
}

const PhotoelectricInterval& interval_at(const ElementData& element, double mev) {
    for (const PhotoelectricInterval& interval : element.photoelectric) {
        if (mev >= interval.lower_edge) return interval;
    }
    return element.photoelectric.back();
}

double log_barn(const PhotoelectricInterval& interval, double x) {
    double sum = 0;
    for (std::size_t k = interval.coefficient.size(); k-- > 0;) sum = sum * x + interval.coefficient[k];
    return sum;
}

}  // namespace

Element::Element(const std::string& symbol) {
    const auto& table = element_table();
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const ElementData& element) { return element.symbol == symbol; });
    if (found == table.end()) throw core::InputError(fmt::format("\"{}\" is no element from H to U", symbol));
    data_ = &*found;
    z_ = static_cast<int>(found - table.begin()) + 1;
    coulomb_ = coulomb(z_);
    constexpr double light[4][2] = {{5.31, 6.144}, {4.79, 5.621}, {4.74, 5.805}, {4.71, 5.924}};
    elastic_log_ = z_ <= 4 ? light[z_ - 1][0] : std::log(184.15) - std::log(z_) / 3;
    inelastic_log_ = z_ <= 4 ? light[z_ - 1][1] : std::log(1194.0) - 2 * std::log(z_) / 3;
}

double Element::mean_excitation() const {
    return data_->mean_excitation * eV;
}

double Element::photoelectric(double energy) const {
    const double mev = std::max(energy / units::MeV, fit_low);
    if (mev <= fit_high) return fast_exp(log_barn(interval_at(*data_, mev), fast_log(mev))) * barn;
    const PhotoelectricInterval& top = data_->photoelectric.front();
    const double x = std::log(fit_high);
    constexpr double step = 0.05;
    // From the last tenth of the fit, where the slope is between -1 (the limit of high energies) and -3.
    const double slope = std::clamp((log_barn(top, x) - log_barn(top, x - step)) / step, -3.0, -1.0);
    return fast_exp(log_barn(top, x) + slope * (fast_log(mev) - x)) * barn;
}

double Element::innermost_binding(double energy) const {
    const double mev = energy / units::MeV;
    for (const PhotoelectricInterval& interval : data_->photoelectric) {
        // The lowest interval begins at the limit of the fit, which is no shell.
        if (mev >= interval.lower_edge)
            return interval.lower_edge > fit_low ? interval.lower_edge * units::MeV : 0;
    }
    return 0;
}

}  // namespace caloforge::montecarlo
