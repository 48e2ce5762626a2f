#include "validate/Comparison.hh"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Progress.hh"
#include "validate/Measurement.hh"
#include "validate/Profiles.hh"
#include "validate/Summary.hh"
#include "validate/Table.hh"
#include "validate/UnitCheck.hh"

namespace caloforge::validate {
namespace {

constexpr EnergyRange every_energy{0, std::numeric_limits<double>::infinity()};

std::string or_else(const std::string& name, const char* otherwise) {
    return name.empty() ? otherwise : name;
}

std::string shape(const geometry::ReadoutGrid& grid) {
    return fmt::format("{}x{}x{}", grid.nx, grid.ny, grid.nz);
}

void check_grids(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                 const CompareOptions& names) {
    const bool same_frame = (reference.layout() == data::Layout::calochallenge) ==
                            (candidate.layout() == data::Layout::calochallenge);
    if (reference.grid().same_shape(candidate.grid()) && same_frame) return;
    throw core::InputError(fmt::format(
        "{} and {} cannot be compared (cells: {} of layout {}, and {} of layout {}). Compare sets of one "
        "detector?",
        names.reference_name, names.candidate_name, shape(reference.grid()),
        data::to_string(reference.layout()), shape(candidate.grid()), data::to_string(candidate.layout())));
}

double total(std::span<const Sums> groups, Scalar scalar) {
    double sum = 0;
    for (const Sums& group : groups) sum += group[scalar];
    return sum;
}

double mean(std::span<const Sums> groups, Scalar scalar) {
    const double showers = total(groups, Scalar::showers);
    return showers > 0 ? total(groups, scalar) / showers : 0;
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

core::Json describe(const std::string& name, const data::ShowerSet& set, const Summary& summary,
                    std::span<const Sums> overall) {
    core::Json out = core::Json::object();
    out["name"] = name;
    out["files"] = set.shards().size();
    out["showers"] = set.size();
    out["showers_compared"] = static_cast<std::size_t>(total(overall, Scalar::showers));
    out["energy_low"] = summary.energies.low;
    out["energy_high"] = summary.energies.high;
    out["layout"] = data::to_string(set.layout());
    out["cells"] = {set.grid().nx, set.grid().ny, set.grid().nz};
    out["sampling_fraction"] = mean(overall, Scalar::fraction);
    out["empty_showers"] =
        static_cast<std::size_t>(total(overall, Scalar::showers) - total(overall, Scalar::filled));
    return out;
}

// Both sets, reduced over the energies that they share.
struct Pair {
    Summary reference;
    Summary candidate;
    EnergyRange range;
};

Pair read_pair(const data::ShowerSet& reference, const data::ShowerSet& candidate,
               const ShowerObserver& observer, const CompareOptions& options) {
    const auto read = [&](const data::ShowerSet& set, const std::string& name, const EnergyRange& range) {
        core::Progress progress("reading " + name, set.size(), "showers");
        return summarise(
            set, name, observer, EnergyBins(options.energy_edges, range),
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
    return {std::move(first), std::move(second), compared.range};
}

void check_compared(std::span<const Sums> reference, std::span<const Sums> candidate,
                    const EnergyRange& range, const CompareOptions& names) {
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

Comparison::Comparison(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                       CompareOptions options) {
    options.reference_name = or_else(options.reference_name, "reference");
    options.candidate_name = or_else(options.candidate_name, "candidate");
    check_grids(reference, candidate, options);
    const Frame frame =
        reference.layout() == data::Layout::calochallenge ? Frame::cylindrical : Frame::cartesian;
    const ShowerObserver observer(reference.grid(), frame, options.mip);
    const Pair pair = read_pair(reference, candidate, observer, options);
    const std::vector<Sums> first = pair.reference.sums.overall();
    const std::vector<Sums> second = pair.candidate.sums.overall();
    check_compared(first, second, pair.range, options);
    reference_ = describe(options.reference_name, reference, pair.reference, first);
    candidate_ = describe(options.candidate_name, candidate, pair.candidate, second);

    const auto compare = [&](std::span<const Sums> one, std::span<const Sums> other,
                             const std::string& energy) {
        for (Metric& metric : measure(one, other, energy)) metrics_.push_back(std::move(metric));
        for (core::Json& drawn : profiles(one, other, observer, energy))
            profiles_.push_back(std::move(drawn));
    };
    const std::string overall = pair.range.label();
    compare(first, second, overall);
    const EnergyBins bins(options.energy_edges, pair.range);
    for (std::size_t bin = 0; bin < bins.size(); ++bin) {
        if (bins.label(bin) == overall) continue;  // the same showers under the same name
        const auto one = pair.reference.sums.bin(bin);
        const auto other = pair.candidate.sums.bin(bin);
        if (total(one, Scalar::showers) + total(other, Scalar::showers) > 0)
            compare(one, other, bins.label(bin));
    }
    for (const char* name : unmeasured()) {
        Metric metric;
        metric.name = name;
        metric.energy = overall;
        metric.reason = "not measured by this version";
        metric.n_reference = metrics_.front().n_reference;
        metric.n_candidate = metrics_.front().n_candidate;
        metrics_.push_back(std::move(metric));
    }
}

core::Json Comparison::json() const {
    core::Json out = core::Json::object();
    out["reference"] = reference_;
    out["candidate"] = candidate_;
    out["metrics"] = core::Json::array();
    for (const Metric& metric : metrics_) out["metrics"].push_back(metric.json());
    return out;
}

std::string Comparison::table() const {
    return metrics_table(metrics_);
}

}  // namespace caloforge::validate
