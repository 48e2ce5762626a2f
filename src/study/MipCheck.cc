#include "study/MipCheck.hh"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <vector>

#include "core/Error.hh"
#include "core/Units.hh"
#include "montecarlo/ShowerSimulator.hh"
#include "validate/statistics/Deviation.hh"

namespace caloforge::study {
namespace {

constexpr double muon_energy = 10 * units::GeV;
constexpr std::size_t wanted_layers = 30000;
constexpr std::size_t groups = 10;

}  // namespace

double most_probable(std::span<const double> values) {
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    const double median = sorted[sorted.size() / 2];
    // Counted finely to three medians, then smoothed.
    constexpr std::size_t bins_per_median = 400, bins = 3 * bins_per_median;
    constexpr double resolution = 0.025 * bins_per_median;  // bins
    std::vector<double> counts(bins);
    for (const double value : sorted) {
        const double bin = value / median * bins_per_median;
        if (bin < static_cast<double>(bins)) counts[static_cast<std::size_t>(bin)] += 1;
    }
    double most = -1;
    std::size_t where = 0;
    for (std::size_t i = 0; i < bins; ++i) {
        double sum = 0;
        const auto reach = static_cast<std::size_t>(5 * resolution);
        for (std::size_t j = i < reach ? 0 : i - reach; j < std::min(bins, i + reach); ++j) {
            const double away = (static_cast<double>(j) - static_cast<double>(i)) / resolution;
            sum += counts[j] * std::exp(-0.5 * away * away);
        }
        if (sum > most) {
            most = sum;
            where = i;
        }
    }
    return (static_cast<double>(where) + 0.5) / bins_per_median * median;
}

bool MipCheck::differs() const {
    constexpr double tolerance = 0.03;
    const double away = std::abs(simulated - stated);
    return away > tolerance * simulated && away > 3 * error;
}

core::Json MipCheck::json() const {
    return {{"stated_gev", stated},
            {"simulated_gev", simulated},
            {"error_gev", error},
            {"muon_energy_gev", muon_energy},
            {"layers_crossed", layers}};
}

MipCheck check_mip(const geometry::Detector& detector, std::uint64_t seed) {
    const montecarlo::ShowerSimulator simulator(detector, {});
    montecarlo::ShowerSimulator::Workspace workspace(simulator);
    const geometry::ReadoutGrid& grid = detector.grid();
    std::vector<float> cells(simulator.readout().cells());
    std::vector<double> deposits;
    const std::size_t muons = wanted_layers / grid.nz + 1;
    for (std::size_t muon = 0; muon < muons; ++muon) {
        (void)simulator.simulate({seed, muon}, {muon_energy, montecarlo::Kind::muon}, workspace, cells);
        std::vector<double> layers(grid.nz);
        for (std::size_t i = 0; i < cells.size(); ++i) layers[i % grid.nz] += cells[i];
        std::copy_if(layers.begin(), layers.end(), std::back_inserter(deposits),
                     [](double energy) { return energy > 0; });
    }
    constexpr std::size_t fewest = 1000;
    if (deposits.size() < fewest)
        throw core::InputError(
            "muons of 10 GeV do not cross its layers, so that no MIP can be measured. Are the "
            "cells where the particles enter?");
    MipCheck out;
    out.stated = detector.mip();
    out.layers = deposits.size();
    out.simulated = most_probable(deposits);
    std::vector<double> parts;
    for (std::size_t group = 0; group < groups; ++group) {
        const auto begin = group * deposits.size() / groups, end = (group + 1) * deposits.size() / groups;
        parts.push_back(most_probable(std::span(deposits).subspan(begin, end - begin)));
    }
    const double sum = std::accumulate(parts.begin(), parts.end(), 0.0);
    const double squares = std::inner_product(parts.begin(), parts.end(), parts.begin(), 0.0);
    out.error = validate::sample_deviation(groups, sum, squares) / std::sqrt(static_cast<double>(groups));
    return out;
}

}  // namespace caloforge::study
