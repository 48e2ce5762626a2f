#include "family/forge/SpectrumBend.hh"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data/ShowerDigest.hh"

namespace caloforge::family::forge {
namespace {

constexpr double step = data::ShowerDigest::spectrum_step;
constexpr double first_point = -1.5, point_step = 0.1;  // of ln(E / MIP)
constexpr std::size_t points = 31;
constexpr double narrow = 0.03, wide = 0.45;  // of ln(E / MIP)
constexpr double least_cells = 1e5;
constexpr double least_ratio = 0.4, largest_ratio = 2.5;  // of a bend's slopes

std::vector<double> smoothed(const std::vector<double>& counts, double width) {
    const auto reach = static_cast<std::ptrdiff_t>(4 * width / step);
    const auto size = static_cast<std::ptrdiff_t>(counts.size());
    std::vector<double> weights;
    for (std::ptrdiff_t k = -reach; k <= reach; ++k) {
        const double x = static_cast<double>(k) * step / width;
        weights.push_back(std::exp(-0.5 * x * x));
    }
    const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<double> out(counts.size(), 0.0);
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        for (std::ptrdiff_t k = std::max(-reach, -i); k <= std::min(reach, size - 1 - i); ++k)
            out[static_cast<std::size_t>(i)] +=
                weights[static_cast<std::size_t>(k + reach)] / all * counts[static_cast<std::size_t>(i + k)];
    }
    return out;
}

// Every layer of the network carries these numbers, as text.
double rounded(double x) {
    return std::round(x * 1e4) / 1e4;
}

}  // namespace

SpectrumBend bend_of(const std::vector<double>& spectrum, double mip) {
    const double origin =
        (std::log(mip) - data::ShowerDigest::spectrum_low) / step;  // of ln(E / MIP), in bins
    const double begin = origin + first_point / step;
    const double end = begin + point_step / step * static_cast<double>(points - 1);
    if (spectrum.empty() || begin < 0 || end >= static_cast<double>(spectrum.size())) return {};
    const auto low = spectrum.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto high = spectrum.begin() + static_cast<std::ptrdiff_t>(end);
    if (std::accumulate(low, high, 0.0) < least_cells) return {};

    const std::vector<double> fine = smoothed(spectrum, narrow), smooth = smoothed(spectrum, wide);
    // How far the logarithm has run before the bend, at the upper end of every bin.
    const auto ratio = [&](std::size_t bin) {
        return std::clamp((fine[bin] + 1) / (smooth[bin] + 1), least_ratio, largest_ratio);
    };
    SpectrumBend out;
    double run = first_point, at = begin;
    for (std::size_t i = 0; i < points; ++i) {
        const double next = begin + point_step / step * static_cast<double>(i);
        while (at < next) {
            const double border = std::min(next, std::floor(at) + 1);
            run += (border - at) * step * ratio(static_cast<std::size_t>(at));
            at = border;
        }
        out.from.push_back(rounded(run));
        out.to.push_back(rounded(first_point + point_step * static_cast<double>(i)));
    }
    return out;
}

}  // namespace caloforge::family::forge
