#include "montecarlo/MottRatio.hh"

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <mutex>
#include <numbers>
#include <utility>

#include "montecarlo/Constants.hh"

namespace caloforge::montecarlo {
namespace {

using Complex = std::complex<double>;

constexpr double low = 8e-6;  ///< GeV
constexpr std::size_t energies = 25;
constexpr double per_octave = 2;

/// Terms of the series. Reduced three times they are enough for 0.05 % from 3.6 degrees on.
constexpr std::size_t terms = 200;
constexpr int reductions = 3;

/// arg of Gamma(x + i y), x > 0: Stirling's series, above x = 10.
double gamma_argument(double x, double y) {
    double lifted = 0;
    for (; x < 10; x += 1) lifted += std::atan2(y, x);
    const Complex z(x, y);
    const Complex inverse = 1.0 / z;
    const Complex square = inverse * inverse;
    const Complex series =
        inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680.0)));
    return ((z - 0.5) * std::log(z) - z + series).imag() - lifted;
}

/// Gamma(x - i q) / ((x + i q) Gamma(x + i q)).
Complex phase(double x, double q) {
    return std::polar(1.0, -2 * gamma_argument(x, q)) / Complex(x, q);
}

/// Coefficients of (1 - x) sum c_l P_l(x), one fewer.
void reduce(std::vector<Complex>& c) {
    Complex before = 0;
    for (std::size_t i = 0; i + 1 < c.size(); ++i) {
        const auto l = static_cast<double>(i);
        const Complex here = c[i];
        c[i] = here - (l + 1) / (2 * l + 3) * c[i + 1] - (i > 0 ? l / (2 * l - 1) * before : 0);
        before = here;
    }
    c.pop_back();
}

/// The sums over partial waves that Mott's amplitudes F and G differ by from Rutherford's, as coefficients of
/// Legendre polynomials times (1 - x)^-reductions.
struct Amplitudes {
    std::vector<Complex> f, g;

    Amplitudes(double a, double q) : f(terms), g(terms) {
        // D_k times (-1)^k.
        const auto d = [a, q](double k) {
            const double rho = std::sqrt(k * k - a * a);
            return phase(k, q) - std::polar(1.0, std::numbers::pi * (k - rho)) * phase(rho, q);
        };
        Complex here = 0;
        for (std::size_t i = 0; i < terms; ++i) {
            const auto k = static_cast<double>(i);
            const Complex next = d(k + 1);
            f[i] = k * here - (k + 1) * next;
            g[i] = k * k * here + (k + 1) * (k + 1) * next;
            here = next;
        }
        for (int i = 0; i < reductions; ++i) {
            reduce(f);
            reduce(g);
        }
    }
};

double ratio_at(const Amplitudes& waves, double q, double beta, double mu) {
    const double x = 1 - 2 * mu;
    Complex f = 0, g = 0;
    double before = 0, here = 1;  // P_(l-1), P_l
    for (std::size_t i = 0; i < waves.f.size(); ++i) {
        const auto l = static_cast<double>(i);
        f += waves.f[i] * here;
        g += waves.g[i] * here;
        const double next = ((2 * l + 1) * x * here - l * before) / (l + 1);
        before = here;
        here = next;
    }
    const Complex half_i(0, 0.5);
    const double scale = std::pow(2 * mu, -reductions);
    const Complex f0 = half_i * std::polar(1.0, -2 * gamma_argument(1, q) + q * std::log(mu));
    f = f0 + half_i * scale * f;
    g = Complex(0, -q) * ((1 - mu) / mu) * f0 + half_i * scale * g;
    return 4 * mu * mu * ((1 - beta * beta) * std::norm(f) / mu + std::norm(g) / (q * q * (1 - mu)));
}

}  // namespace

MottRatio::MottRatio(int z, int charge) : table_(energies) {
    const double a = -charge * z * fine_structure;
    for (std::size_t e = 0; e < energies; ++e) {
        const double energy = low * std::exp2(static_cast<double>(e) / per_octave);
        const double gamma = 1 + energy / electron_mass;
        const double beta = std::sqrt(1 - 1 / (gamma * gamma));
        const Amplitudes waves(a, a / beta);
        table_[e][0] = 1;
        for (std::size_t n = 1; n < nodes; ++n) {
            const double s = static_cast<double>(n) / (nodes - 1);
            // Backwards 0 / 0.
            table_[e][n] = ratio_at(waves, a / beta, beta, std::min(s * s, 1 - 1e-6));
        }
    }
}

MottRatio::Angles MottRatio::at(double energy) const {
    const double place =
        std::clamp(per_octave * std::log2(energy / low), 0.0, static_cast<double>(energies - 1) - 1e-9);
    const auto e = static_cast<std::size_t>(place);
    const double f = place - static_cast<double>(e);
    Angles out;
    for (std::size_t n = 0; n < nodes; ++n) out[n] = table_[e][n] + f * (table_[e + 1][n] - table_[e][n]);
    return out;
}

double MottRatio::interpolate(const Angles& ratio, double s) {
    const double place = s * (nodes - 1);
    const auto n = std::min(static_cast<std::size_t>(place), nodes - 2);
    return ratio[n] + (place - static_cast<double>(n)) * (ratio[n + 1] - ratio[n]);
}

const MottRatio& mott_ratio(int z, int charge) {
    static std::mutex mutex;
    static std::map<std::pair<int, int>, MottRatio> known;
    const std::scoped_lock lock(mutex);
    const auto found = known.find({z, charge});
    return found != known.end() ? found->second : known.try_emplace({z, charge}, z, charge).first->second;
}

}  // namespace caloforge::montecarlo
