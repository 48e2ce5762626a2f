#include "validate/SetPair.hh"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Progress.hh"
#include "validate/UnitCheck.hh"

namespace caloforge::validate {
namespace {

constexpr EnergyRange every_energy{0, std::numeric_limits<double>::infinity()};

void check_grids(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                 const CompareOptions& names) {
    if (reference.readout().same_shape(candidate.readout())) return;
    throw core::InputError(fmt::format(
        "{} and {} cannot be compared ({} of layout {}, and {} of layout {}). Compare sets of one "
        "detector?",
        names.reference_name, names.candidate_name, reference.readout().text(),
        data::to_string(reference.layout()), candidate.readout().text(),
        data::to_string(candidate.layout())));
}

void check_units(double reference, double candidate, const CompareOptions& names) {
    if (!(reference > 0 && candidate > 0) || !looks_like_units(candidate / reference)) return;
    const bool candidate_high = candidate > reference;
    throw core::InputError(
        fmt::format("the sampling fraction of {} is {:.3g} times that of {} (GeV taken for MeV: {} looks "
                    "like MeV read as GeV). "
                    "Give --reference-scale or --candidate-scale 1000 for the one in MeV?",
                    names.candidate_name, candidate / reference, names.reference_name,
                    candidate_high ? names.candidate_name : names.reference_name));
}

// Mean energies that differ within one range make profiles and spectra differ, whatever the simulation does.
void warn_of_spectra(std::span<const Sums> reference, std::span<const Sums> candidate,
                     const EnergyRange& range, const CompareOptions& names) {
    constexpr double noteworthy = 0.02;
    constexpr double sigmas = 5;
    const double first = mean(reference, Scalar::incident);
    const double second = mean(candidate, Scalar::incident);
    const double width = (range.high - range.low) / std::sqrt(12.0);
    const double noise =
        width * std::sqrt(1 / total(reference, Scalar::showers) + 1 / total(candidate, Scalar::showers));
    if (std::abs(second - first) < std::max(noteworthy * first, sigmas * noise)) return;
    core::warning(
        "the mean incident energies differ ({:.4g} GeV in {}, {:.4g} GeV in {}): trust the figures per "
        "energy bin rather than the overall ones",
        first, names.reference_name, second, names.candidate_name);
}

void check_compared(const SetPair& pair, const CompareOptions& names) {
    const std::vector<Sums> reference = pair.reference.sums.overall();
    const std::vector<Sums> candidate = pair.candidate.sums.overall();
    const EnergyRange& range = pair.range;
    const double first = total(reference, Scalar::showers);
    const double second = total(candidate, Scalar::showers);
    if (!(first > 0 && second > 0)) {
        throw core::InputError(
            fmt::format("{} and {} share no incident energy (of {} GeV, the overlap, they hold {} and {} "
                        "showers). Compare sets "
                        "made with the same --energy?",
                        names.reference_name, names.candidate_name, range.label(), first, second));
    }
    if (!(total(reference, Scalar::filled) > 0))
        core::warning("every shower of {} is empty", names.reference_name);
    if (!(total(candidate, Scalar::filled) > 0))
        core::warning("every shower of {} is empty", names.candidate_name);
    warn_of_spectra(reference, candidate, range, names);
}

}  // namespace

double total(std::span<const Sums> groups, Scalar scalar) {
    double sum = 0;
    for (const Sums& group : groups) sum += group[scalar];
    return sum;
}

double mean(std::span<const Sums> groups, Scalar scalar) {
    const double showers = total(groups, Scalar::showers);
    return showers > 0 ? total(groups, scalar) / showers : 0;
}

SetPair read_pair(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                  const ShowerObserver& observer, const EventObservables& observables,
                  const CompareOptions& options) {
    check_grids(reference, candidate, options);
    const auto read = [&](const data::ShowerSet& set, const std::string& name, const EnergyRange& range) {
        core::Progress progress("reading " + name, set.size(), "showers");
        return summarise(
            set, name, observer, observables, EnergyBins(options.energy_edges, range),
            {options.batch_size, options.threads, [&](std::size_t done) { progress.update(done); }});
    };
    Summary first = read(reference, options.reference_name, every_energy);
    Summary second = read(candidate, options.candidate_name, every_energy);
    check_units(mean(first.sums.overall(), Scalar::fraction), mean(second.sums.overall(), Scalar::fraction),
                options);

    const ComparedRange compared = compared_range(first.energies, second.energies, options.energy_edges);
    if (compared.restricted) {
        core::warning(
            "the energy ranges differ ({:.4g} to {:.4g} GeV in {}, {:.4g} to {:.4g} GeV in {}): compared "
            "on the overlap, {} GeV",
            first.energies.low, first.energies.high, options.reference_name, second.energies.low,
            second.energies.high, options.candidate_name, compared.range.label());
        // Only now is it known which showers count; a second reading is cheaper than keeping them all.
        first = read(reference, options.reference_name, compared.range);
        second = read(candidate, options.candidate_name, compared.range);
    }
    SetPair pair{std::move(first), std::move(second), compared.range};
    check_compared(pair, options);
    return pair;
}

}  // namespace caloforge::validate
