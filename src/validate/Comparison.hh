#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "validate/CompareOptions.hh"
#include "validate/statistics/Drawing.hh"
#include "validate/statistics/Metric.hh"
#include "validate/statistics/ObservableTable.hh"
#include "validate/statistics/Observables.hh"
#include "validate/statistics/SampleSet.hh"

namespace caloforge::validate {

/// Two sets of samples of one kind, compared (doc/validation.md gives every formula). Knows nothing of what
/// the samples are or where they come from. Each set is streamed once, twice when the ranges of the binning
/// variable differ; memory grows by one row of observables a sample. The result is the same for any number of
/// threads.
class Comparison {
  public:
    /// Reads both sets; they and the observables are not needed afterwards. Throws InputError when the sets
    /// cannot be compared: disjoint ranges of the binning variable, or another unit (UnitError).
    Comparison(const SampleSet& reference, const SampleSet& candidate, const Observables& observables,
               CompareOptions options);

    /// Over the whole compared range, then per bin and per slice that holds samples, then those not
    /// measured.
    const std::vector<Metric>& metrics() const { return metrics_; }
    /// The whole compared range first, then per bin and slice.
    const std::vector<Drawing>& drawings() const { return drawings_; }
    const std::vector<CorrelationDrawing>& correlations() const { return correlations_; }

    /// What has to be known before the figures are believed.
    const std::vector<std::string>& notices() const { return options_.notices.all(); }

    /// The content of metrics.json: {"binning": {...}, "slicings"?: [...], "notices"?: [text], "reference":
    /// {...}, "candidate": {...}, "metrics": [...]}.
    core::Json json() const;
    /// For the terminal, aligned, several lines.
    std::string table() const;

    /// The first metric of that name, which is the one over the whole compared range; null when it is not
    /// listed.
    const Metric* find(const std::string& name) const;
    /// Adds a metric that was measured elsewhere (by a classifier), or puts it in the place of the one of the
    /// same name and range.
    void set(Metric metric);

    const std::string& reference_name() const { return options_.reference_name; }
    const std::string& candidate_name() const { return options_.candidate_name; }
    const Binning& binning() const { return options_.binning; }
    const std::vector<Slicing>& slicings() const { return options_.slicings; }
    /// What the samples are called.
    const SampleWord& word() const { return word_; }
    /// The values of the binning variable compared, and the observables of all samples read, in the order of
    /// the sets.
    const Range& range() const { return range_; }
    const ObservableTable& reference_table() const { return reference_.table; }
    const ObservableTable& candidate_table() const { return candidate_.table; }

  private:
    // One set as metrics.json describes it, with its observables.
    struct Side {
        std::string name;
        Extent extent;
        std::size_t compared = 0;
        std::size_t empty = 0;  ///< of those
        core::Json more = core::Json::object();
        ObservableTable table;
    };

    core::Json describe(const Side& side) const;
    void find_copies_of(const Observables& observables, const TableView& reference,
                        const TableView& candidate);
    void list_classifiers();

    CompareOptions options_;
    SampleWord word_;
    Range range_;
    Side reference_;
    Side candidate_;
    std::vector<Metric> metrics_;
    std::vector<Drawing> drawings_;
    std::vector<CorrelationDrawing> correlations_;
};

}  // namespace caloforge::validate
