#include "montecarlo/StepTable.hh"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "montecarlo/Bremsstrahlung.hh"

namespace caloforge::montecarlo {
namespace {

// In the middle of a row's energies.
double energy_of(std::size_t row) {
    constexpr std::size_t per_octave = std::size_t{1} << StepTable::bits_per_octave;
    const double octave = energy_grid::low * static_cast<double>(std::uint64_t{1} << (row / per_octave));
    return octave * (1 + (static_cast<double>(row % per_octave) + 0.5) / per_octave);
}

}  // namespace

StepTable::StepTable(std::span<const Zone> zones, const StepLimits& limits, Scattering scattering,
                     const MagneticField& field)
    : limits_(limits), scattering_(scattering), field_(field) {
    std::vector<const Medium*> media;
    for (const Zone& zone : zones) {
        const auto found = std::find(media.begin(), media.end(), zone.medium);
        add_slab(zone, static_cast<std::size_t>(found - media.begin()));
        if (found != media.end()) continue;
        media.push_back(zone.medium);
        add_photons(*zone.medium);
        for (const Charge charge : {Charge::electron, Charge::positron}) {
            add_rows(*zone.medium, charge);
            add_quantiles(*zone.medium, charge);
        }
    }
    add_parts();
}

void StepTable::add_slab(const Zone& zone, std::size_t medium) {
    slabs_.push_back({zone.low, zone.high, zone.medium->reach(), zone.medium->cuts().electron,
                      zone.medium->straggling(), medium * 2 * charge_rows, medium * 2 * charge_quantiles,
                      zone.layer >= 0});
    tops_.push_back(zone.high);
    photon_rows_.push_back(medium * rows);
}

std::uint64_t StepTable::step_of(double energy) {
    const double held = std::clamp(energy, energy_grid::low, highest);
    return (std::bit_cast<std::uint64_t>(held) >> energy_shift) - first_step;
}

double StepTable::stride(const Slab& slab, bool positron, double energy) const {
    const Row& here = row(slab, positron, energy);
    const double path = 1 / here.turning;
    const double factor = path > geant4::long_path ? 0.75 + 0.25 * path / geant4::long_path : 1;
    return geant4::range_factor * factor * std::max<double>(here.range, path);
}

bool StepTable::stays(const Slab& slab, bool positron, double energy, double z) const {
    if (energy < charged_floor) return true;
    return energy < Bremsstrahlung::least_energy &&
           slab.reach * row(slab, positron, energy).range < std::min(slab.high - z, z - slab.low);
}

void StepTable::add_photons(const Medium& medium) {
    photon_bound_.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        const auto total = static_cast<float>(medium.photon(energy_grid::place(energy_of(i))).total());
        photons_.push_back(total);
        photon_bound_[i] = std::max(photon_bound_[i], total);
    }
}

void StepTable::add_parts() {
    double thinnest = depth();
    for (const Slab& slab : slabs_) thinnest = std::min(thinnest, slab.high - slab.low);
    constexpr double most_parts = 65536;
    const auto parts = static_cast<std::size_t>(std::min(most_parts, std::ceil(depth() / thinnest) + 1));
    for (std::size_t part = 0, slab = 0; part < parts; ++part) {
        const double begin = depth() * static_cast<double>(part) / static_cast<double>(parts);
        while (slab + 1 < slabs_.size() && slabs_[slab].high <= begin) ++slab;
        // A part's beginning is rounded elsewhere: one slab earlier is never wrong.
        slab_of_part_.push_back(slab > 0 ? slab - 1 : 0);
    }
}

void StepTable::add_rows(const Medium& medium, Charge charge) {
    constexpr std::size_t per_octave = std::size_t{1} << bits_per_octave;
    for (std::size_t i = 0; i < rows; ++i) {
        const double energy = energy_of(i);
        const double width =
            energy_grid::low * static_cast<double>(std::uint64_t{1} << (i / per_octave)) / per_octave;
        const auto place = energy_grid::place(energy);
        const ElectronRow row = medium.electron(charge, place);
        const double rise = (medium.loss(charge, energy_grid::place(energy + 0.5 * width)) -
                             medium.loss(charge, energy_grid::place(energy - 0.5 * width))) /
                            width;
        rows_.push_back({static_cast<float>(row.loss), static_cast<float>(rise),
                         static_cast<float>(row.range),
                         static_cast<float>(row.bremsstrahlung + row.knock_on + row.annihilation),
                         static_cast<float>(row.hard), static_cast<float>(row.border),
                         static_cast<float>(row.soft), static_cast<float>(row.turning)});
    }
}

void StepTable::add_quantiles(const Medium& medium, Charge charge) {
    // From s = 0, which is mu = 1, to 1, the border: rates up to each s, at equally spaced cube roots of it.
    constexpr std::size_t steps = 300;
    std::array<double, steps + 1> s{}, rate{};
    for (std::size_t k = 1; k <= steps; ++k) s[k] = std::pow(static_cast<double>(k) / steps, 3);
    for (std::size_t i = 0; i < energy_grid::points; ++i) {
        const Elastic& elastic = medium.elastic_at(charge, i);
        const double border = medium.electron_at(charge, i).border;
        const double scale = 1 / border - 1;
        const auto density = [&](double at) {
            const double mu = 1 / (1 + at * scale);
            return elastic.density(mu) * scale * mu * mu;
        };
        for (std::size_t k = 1; k <= steps; ++k)
            rate[k] = rate[k - 1] + (s[k] - s[k - 1]) * density(0.5 * (s[k] + s[k - 1]));
        std::array<float, quantile_stride> ratio{};
        ratio.fill(1);
        for (std::size_t node = 1, k = 1; node < quantiles && rate[steps] > 0; ++node) {
            const double root = static_cast<double>(node) / (quantiles - 1);
            const double u = root * root;
            while (k < steps && rate[k] < u * rate[steps]) ++k;
            const double f = (u * rate[steps] - rate[k - 1]) / (rate[k] - rate[k - 1]);
            ratio[node] = static_cast<float>((s[k - 1] + f * (s[k] - s[k - 1])) / u);
        }
        ratio[0] = ratio[1];
        quantiles_.insert(quantiles_.end(), ratio.begin(), ratio.end());
    }
}

}  // namespace caloforge::montecarlo
