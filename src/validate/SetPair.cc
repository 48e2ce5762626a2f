#include "validate/SetPair.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/Error.hh"
#include "core/Progress.hh"
#include "validate/statistics/UnitCheck.hh"

namespace caloforge::validate {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Range every_value{-infinity, infinity};

double mean_of_binning(const TableView& view) {
    double sum = 0;
    for (const std::uint32_t row : view.rows) sum += view.table->binning[row];
    return sum / static_cast<double>(view.rows.size());
}

// Means that differ within one range make the observables differ, whatever the candidate does.
void warn_of_spectra(const TableView& reference, const TableView& candidate, const Range& range,
                     const CompareOptions& options, Notices& notices) {
    constexpr double noteworthy = 0.02;
    constexpr double sigmas = 5;
    const double first = mean_of_binning(reference);
    const double second = mean_of_binning(candidate);
    const double width = (range.high - range.low) / std::sqrt(12.0);
    const double noise = width * std::sqrt(1 / static_cast<double>(reference.rows.size()) +
                                           1 / static_cast<double>(candidate.rows.size()));
    if (std::abs(second - first) < std::max(noteworthy * std::abs(first), sigmas * noise)) return;
    notices.add(fmt::format(
        "the mean {} differs ({:.4g} {} in {}, {:.4g} {} in {}): trust the figures per bin rather than the "
        "overall ones",
        options.binning.label, first, options.binning.unit, options.reference_name, second,
        options.binning.unit, options.candidate_name));
}

void warn_of_emptiness(const TableView& view, const ObservableList& observables, const std::string& name,
                       Notices& notices) {
    const bool all = std::all_of(view.rows.begin(), view.rows.end(),
                                 [&](std::uint32_t row) { return observables.empty(view.table->row(row)); });
    if (all) notices.add(fmt::format("every {} of {} is empty", observables.word.one, name));
}

void check_compared(const SetPair& pair, const ObservableList& observables, const CompareOptions& options,
                    Notices& notices) {
    const TableView reference = compared_rows(pair.reference.table, pair.range);
    const TableView candidate = compared_rows(pair.candidate.table, pair.range);
    if (reference.rows.empty() || candidate.rows.empty()) {
        throw core::InputError(fmt::format(
            "{} and {} share no {} (of {} {}, the overlap, they hold {} and {} {}). Compare sets made alike?",
            options.reference_name, options.candidate_name, options.binning.label, pair.range.label(),
            options.binning.unit, reference.rows.size(), candidate.rows.size(), observables.word.many));
    }
    warn_of_emptiness(reference, observables, options.reference_name, notices);
    warn_of_emptiness(candidate, observables, options.candidate_name, notices);
    warn_of_spectra(reference, candidate, pair.range, options, notices);
}

[[noreturn]] void refuse_disjoint(const Extent& reference, const Extent& candidate, const Binning& binning) {
    const std::string problem = fmt::format(
        "the sets share no {} (the reference holds {:.4g} to {:.4g} {}, the candidate {:.4g} to {:.4g} {}).",
        binning.label, reference.low, reference.high, binning.unit, candidate.low, candidate.high,
        binning.unit);
    if (looks_like_units(candidate.low / reference.low) || looks_like_units(candidate.high / reference.high))
        throw UnitError(problem +
                        " Is one of them in a unit a thousand times smaller: read it with scale 1000?");
    throw core::InputError(problem + " Compare sets made alike?");
}

}  // namespace

Summary read_set(const SampleSet& set, const std::string& name, const Observables& observables,
                 const CompareOptions& options, const Range& range) {
    core::Progress progress("reading " + name, set.size(), observables.list().word.many);
    return summarise(set, name, observables, options.binning, range,
                     {options.batch_size, options.threads, [&](std::size_t done) { progress.update(done); }},
                     options.slicings);
}

SetPair read_pair(const SampleSet& reference, const SampleSet& candidate, const Observables& observables,
                  const CompareOptions& options, Notices& notices) {
    const auto read = [&](const SampleSet& set, const std::string& name, const Range& range) {
        return read_set(set, name, observables, options, range);
    };
    Summary first = read(reference, options.reference_name, every_value);
    Summary second = read(candidate, options.candidate_name, every_value);
    if (first.tally) first.tally->check(*second.tally, options.reference_name, options.candidate_name);

    const Binning& binning = options.binning;
    const auto compared = compared_range(first.extent, second.extent, binning.edges);
    if (!compared) refuse_disjoint(first.extent, second.extent, binning);
    if (compared->restricted) {
        notices.add(fmt::format(
            "the {} ranges differ ({:.4g} to {:.4g} {} in {}, {:.4g} to {:.4g} {} in {}): compared "
            "on the overlap, {} {}",
            binning.field, first.extent.low, first.extent.high, binning.unit, options.reference_name,
            second.extent.low, second.extent.high, binning.unit, options.candidate_name,
            compared->range.label(), binning.unit));
        // Only now is it known which samples count; a second reading is cheaper than keeping them all.
        if (first.tally) {
            first = read(reference, options.reference_name, compared->range);
            second = read(candidate, options.candidate_name, compared->range);
        }
    }
    SetPair pair{std::move(first), std::move(second), compared->range};
    check_compared(pair, observables.list(), options, notices);
    return pair;
}

}  // namespace caloforge::validate
