#include "montecarlo/Medium.hh"

#include <algorithm>
#include <cmath>

#include "core/Units.hh"
#include "montecarlo/Annihilation.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/Fluctuation.hh"
#include "montecarlo/PhotonProcesses.hh"

namespace caloforge::montecarlo {
namespace {

ElectronRow mixed(const ElectronRow& a, const ElectronRow& b, double f) {
    const auto mix = [f](double x, double y) { return x + f * (y - x); };
    return {mix(a.loss, b.loss),
            mix(a.range, b.range),
            mix(a.bremsstrahlung, b.bremsstrahlung),
            mix(a.knock_on, b.knock_on),
            mix(a.annihilation, b.annihilation),
            mix(a.hard, b.hard),
            mix(a.soft, b.soft),
            mix(a.turning, b.turning),
            mix(a.border, b.border)};
}

PhotonRow mixed(const PhotonRow& a, const PhotonRow& b, double f) {
    return {a.pair + f * (b.pair - a.pair), a.compton + f * (b.compton - a.compton),
            a.photoelectric + f * (b.photoelectric - a.photoelectric)};
}

// Fit of Geant4's Urban model to simulations of single collisions, 0.56 in tungsten and 0.71 in silicon.
double reach_share(double z) {
    return 0.9628 - 8.4848e-2 * std::sqrt(z) + 4.3769e-3 * z;
}

double share_low(double energy) {
    return electron_mass / energy;
}

}  // namespace

double Medium::Shape::position(std::size_t node) {
    const double left = 1 - static_cast<double>(node) / (nodes - 1);
    return 1 - left * left;
}

double Medium::Shape::sample(TrackRandom& random) const {
    for (;;) {
        const double t = random.uniform();
        const double at = (1 - std::sqrt(1 - t)) * (nodes - 1);
        const auto i = static_cast<std::size_t>(at);
        const double f = at - static_cast<double>(i);
        const double here = value[i] + f * (value[i + 1] - value[i]);
        if (random.uniform() * largest <= here) return t;
    }
}

void Medium::Shape::finish() {
    largest = *std::max_element(value.begin(), value.end());
    // Where nothing is made nothing is sampled either; keep sample() from looping all the same.
    if (!(largest > 0)) {
        value.fill(1);
        largest = 1;
    }
}

Medium::Medium(const geometry::Material& material, const Cuts& cuts, const StepLimits& limits,
               Scattering scattering)
    : material_(material),
      cuts_(cuts),
      bremsstrahlung_(material_),
      straggling_(bohr_straggling(material_.electron_density())),
      reach_(reach_share(material_.effective_z())) {
    fill_electrons(Charge::electron, limits, scattering);
    fill_electrons(Charge::positron, limits, scattering);
    fill_photons();
    brems_shape_.resize(energy_grid::points);
    for (std::size_t i = 0; i < energy_grid::points; ++i) {
        const double energy = energy_grid::energy(i);
        Shape& shape = brems_shape_[i];
        for (std::size_t n = 0; n < Shape::nodes && energy > cuts_.photon; ++n) {
            const double t = Shape::position(n);
            const double k = std::min(cuts_.photon * std::pow(energy / cuts_.photon, t), energy * (1 - 1e-6));
            shape.value[n] = static_cast<float>(bremsstrahlung_.spectrum(energy, k));
        }
        shape.finish();
    }
}

void Medium::fill_electrons(Charge charge, const StepLimits& limits, Scattering scattering) {
    const Ionisation ionisation(material_);
    auto& rows = electrons_[static_cast<int>(charge)];
    for (std::size_t i = 0; i < energy_grid::points; ++i) {
        const double energy = energy_grid::energy(i);
        ElectronRow row{};
        row.loss = ionisation.restricted_loss(energy, cuts_.electron, charge) +
                   bremsstrahlung_.restricted_loss(energy, cuts_.photon);
        row.bremsstrahlung = bremsstrahlung_.cross_section(energy, cuts_.photon);
        row.knock_on = ionisation.cross_section(energy, cuts_.electron, charge);
        row.annihilation = charge == Charge::positron ? annihilation_cross_section(material_, energy) : 0;
        rows.push_back(row);
    }
    fill_ranges(charge);
    fill_scattering(charge, limits, scattering);
}

void Medium::fill_scattering(Charge charge, const StepLimits& limits, Scattering scattering) {
    for (std::size_t i = 0; i < energy_grid::points; ++i) {
        ElectronRow& row = electrons_[static_cast<int>(charge)][i];
        auto& elastic = elastic_[static_cast<int>(charge)];
        const Elastic& here =
            elastic.emplace_back(material_, energy_grid::energy(i), charge, scattering == Scattering::exact);
        row.turning = here.transport();
        const double deflection =
            row.turning * row.range > limits.walking_turns ? limits.walking_deflection : limits.deflection;
        const double length = std::max(
            here.free_path(),
            std::min(deflection / here.transport(), limits.hard_path * material_.radiation_length()));
        row.border = here.border(length);
        row.hard = here.hard(row.border);
        row.soft = here.soft_transport(row.border);
    }
}

void Medium::fill_ranges(Charge charge) {
    auto& rows = electrons_[static_cast<int>(charge)];
    // The loss of slow electrons goes about as 1 / sqrt(E).
    rows[0].range = energy_grid::low / rows[0].loss / 1.5;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const double low = energy_grid::energy(i - 1), high = energy_grid::energy(i);
        rows[i].range = rows[i - 1].range + integrate_log(low, high, 1, [&](double energy) {
                            const double f = (energy - low) / (high - low);
                            return 1 / (rows[i - 1].loss + f * (rows[i].loss - rows[i - 1].loss));
                        });
    }
}

void Medium::fill_photons() {
    pair_shape_.resize(energy_grid::points);
    for (std::size_t i = 0; i < energy_grid::points; ++i) {
        const double energy = energy_grid::energy(i);
        double pair = pair_cross_section(material_, energy);
        const double low = share_low(energy);
        const PairModel model = energy > pair_lpm_energy ? PairModel::lpm : PairModel::screened;
        double sum = 0, complete = 0;
        for (std::size_t n = 0; n < Shape::nodes && low < 0.5; ++n) {
            // Dense towards unequal shares, where the density rises.
            const double epsilon = 0.5 - Shape::position(n) * (0.5 - low);
            const double here = pair_spectrum(material_, energy, epsilon, model);
            pair_shape_[i].value[n] = static_cast<float>(here);
            const double width =
                Shape::position(n + 1 < Shape::nodes ? n + 1 : n) - Shape::position(n > 0 ? n - 1 : 0);
            sum += width * here;
            complete += width * pair_spectrum(material_, energy, epsilon, PairModel::complete);
        }
        if (model == PairModel::lpm) pair *= std::min(1.0, sum / complete);
        pair_shape_[i].finish();
        photons_.push_back(
            {pair, compton_cross_section(material_, energy), photoelectric_cross_section(material_, energy)});
    }
}

ElectronRow Medium::electron(Charge charge, energy_grid::Place place) const {
    const auto& all = rows(charge);
    return mixed(all[place.i], all[place.i + 1], place.f);
}

PhotonRow Medium::photon(energy_grid::Place place) const {
    return mixed(photons_[place.i], photons_[place.i + 1], place.f);
}

double Medium::loss(Charge charge, energy_grid::Place place) const {
    const auto& all = rows(charge);
    return all[place.i].loss + place.f * (all[place.i + 1].loss - all[place.i].loss);
}

double Medium::sample_bremsstrahlung(double energy, energy_grid::Place place, TrackRandom& random) const {
    const std::size_t i = place.i + (random.uniform() < place.f ? 1 : 0);
    return cuts_.photon * fast_exp(fast_log(energy / cuts_.photon) * brems_shape_[i].sample(random));
}

double Medium::sample_pair(double energy, energy_grid::Place place, TrackRandom& random) const {
    const std::size_t i = place.i + (random.uniform() < place.f ? 1 : 0);
    const double low = share_low(energy);
    return 0.5 - pair_shape_[i].sample(random) * (0.5 - low);
}

Cuts cuts_for_range(const geometry::Material& description, double range) {
    const Material material(description);
    const Ionisation ionisation(material);
    const Bremsstrahlung bremsstrahlung(material);
    Cuts cuts{energy_grid::low, energy_grid::low};
    double travelled = 0;
    for (std::size_t i = 0; i + 1 < energy_grid::points; ++i) {
        const double energy = energy_grid::energy(i);
        const double loss = ionisation.restricted_loss(energy, energy, Charge::electron) +
                            bremsstrahlung.restricted_loss(energy, energy);
        if (i == 0) travelled = energy / loss / 1.5;
        const double step = (energy_grid::energy(i + 1) - energy) / loss;
        if (travelled + step > range) {
            cuts.electron = std::max(energy_grid::low, energy + (range - travelled) * loss);
            break;
        }
        travelled += step;
    }
    constexpr double absorption_lengths = 5;
    // From above: below the energy of its K shell a material is clearer again.
    for (std::size_t i = energy_grid::points; i-- > 0;) {
        const double energy = energy_grid::energy(i);
        // At high energies pairs make it opaque once more.
        if (energy > 10 * units::MeV) continue;
        cuts.photon = energy;
        const double absorbed = photoelectric_cross_section(material, energy) +
                                compton_cross_section(material, energy) +
                                pair_cross_section(material, energy);
        if (absorbed * range >= absorption_lengths) break;
    }
    return cuts;
}

}  // namespace caloforge::montecarlo
