#include "validate/Comparison.hh"

#include <algorithm>
#include <cmath>

#include "validate/SetPair.hh"
#include "validate/Table.hh"
#include "validate/statistics/CopyMetrics.hh"
#include "validate/statistics/FrechetMetric.hh"
#include "validate/statistics/GeneralMetrics.hh"
#include "validate/statistics/ObservableCorrelations.hh"
#include "validate/statistics/ObservableMetrics.hh"
#include "validate/statistics/ResidualMetrics.hh"

namespace caloforge::validate {
namespace {

template <class To, class From>
void append(To& to, From&& from) {
    for (auto& one : from) to.push_back(std::move(one));
}

// As published: the mean over the bins of the binning variable (that hold enough samples for a floor). Where
// only one range was compared, it stands.
void average_over_bins(std::vector<Metric>& metrics, const std::string& overall) {
    for (Metric& whole : metrics) {
        if (!whole.averaged || whole.range != overall) continue;
        double n = 0, sum = 0, variance = 0, floor = 0;
        for (const Metric& bin : metrics) {
            if (bin.name != whole.name || bin.range == overall || !bin.value || !bin.floor) continue;
            n += 1;
            sum += *bin.value;
            variance += bin.uncertainty.value_or(0) * bin.uncertainty.value_or(0);
            floor += *bin.floor;
        }
        if (n == 0) continue;
        whole.value = sum / n;
        whole.uncertainty = std::sqrt(variance) / n;
        whole.floor = floor / n;
    }
}

core::Json members_of(const SampleSet& set, const Tally* tally) {
    core::Json out = set.json();
    if (tally) out.update(tally->json());
    return out;
}

std::size_t count_empty(const TableView& view, const ObservableList& observables) {
    return static_cast<std::size_t>(std::count_if(view.rows.begin(), view.rows.end(), [&](std::uint32_t row) {
        return observables.empty(view.table->row(row));
    }));
}

}  // namespace

Comparison::Comparison(const SampleSet& reference, const SampleSet& candidate, const Observables& observables,
                       CompareOptions options)
    : options_(std::move(options)), word_(observables.list().word) {
    if (options_.reference_name.empty()) options_.reference_name = "reference";
    if (options_.candidate_name.empty()) options_.candidate_name = "candidate";
    SetPair pair = read_pair(reference, candidate, observables, options_, options_.notices);
    range_ = pair.range;
    const auto side = [&](const SampleSet& set, const std::string& name, Summary& summary) {
        const TableView rows = compared_rows(summary.table, range_);
        Side out{name,
                 summary.extent,
                 rows.rows.size(),
                 count_empty(rows, observables.list()),
                 members_of(set, summary.tally.get()),
                 {}};
        out.table = std::move(summary.table);
        return out;
    };
    reference_ = side(reference, options_.reference_name, pair.reference);
    candidate_ = side(candidate, options_.candidate_name, pair.candidate);

    const TableView reference_rows = compared_rows(reference_.table, range_);
    const TableView candidate_rows = compared_rows(candidate_.table, range_);
    const Residuals residuals(reference_rows, candidate_rows, observables.list(), options_.binning.positive);
    const auto compare = [&](const TableView& first, const TableView& second, const Portion& portion,
                             const std::string& range) {
        if (pair.reference.tally) {
            TallyComparison sums = pair.reference.tally->compare(*pair.candidate.tally, portion, range);
            append(metrics_, std::move(sums.metrics));
            append(drawings_, std::move(sums.drawings));
        }
        CorrelationComparison correlated = compare_correlations(
            first, second, observables.list(), options_.binning.label, range, correlation_mad());
        metrics_.push_back(std::move(correlated.metric));
        if (correlated.drawing) correlations_.push_back(std::move(*correlated.drawing));
        append(metrics_, residuals.compare(first, second, options_.binning.label, range));
        ObservableComparison observed =
            compare_observables(first, second, observables.list(), range, options_.threads);
        append(metrics_, std::move(observed.metrics));
        append(drawings_, std::move(observed.drawings));
    };
    const std::string overall = range_.label();
    compare(reference_rows, candidate_rows, {}, overall);
    const Bins bins(options_.binning, range_);
    for (std::size_t bin = 0; bin < bins.size(); ++bin) {
        if (bins.label(bin) == overall) continue;  // the same samples under the same name
        const TableView first = rows_of_bin(reference_.table, bins, bin);
        const TableView second = rows_of_bin(candidate_.table, bins, bin);
        if (!first.rows.empty() || !second.rows.empty()) compare(first, second, {{}, bin}, bins.label(bin));
    }
    average_over_bins(metrics_, overall);
    for (std::size_t s = 0; s < options_.slicings.size(); ++s) {
        for (std::size_t slice = 0; slice < options_.slicings[s].slices.size(); ++slice) {
            const TableView first = rows_of_slice(reference_.table, range_, s, slice);
            const TableView second = rows_of_slice(candidate_.table, range_, s, slice);
            if (!first.rows.empty() || !second.rows.empty())
                compare(first, second, {s, slice}, options_.slicings[s].range(slice));
        }
    }
    find_copies_of(observables, reference_rows, candidate_rows);
    metrics_.push_back(frechet_metric(reference_rows, candidate_rows, observables.list(), overall));
    list_classifiers();
}

void Comparison::find_copies_of(const Observables& observables, const TableView& reference,
                                const TableView& candidate) {
    Summary known;
    std::optional<TableView> training;
    if (options_.training) {
        CompareOptions whole = options_;
        whole.slicings.clear();  // copies are looked for over all
        known = read_set(*options_.training, "training " + word_.many, observables, whole, range_);
        known.tally.reset();
        training = compared_rows(known.table, range_);
    }
    CopyMetrics found = find_copies(reference, candidate, training, observables.list(),
                                    options_.binning.positive, range_.label());
    metrics_.push_back(std::move(found.duplicates));
    metrics_.push_back(std::move(found.memorised));
    options_.training = nullptr;  // need not live longer
}

void Comparison::list_classifiers() {
    for (const std::string& what : options_.classifiers) {
        Metric metric(classifier_auc(what), range_.label());
        metric.reason = "no classifier was trained";
        metric.n_reference = reference_.compared;
        metric.n_candidate = candidate_.compared;
        metrics_.push_back(std::move(metric));
    }
}

const Metric* Comparison::find(const std::string& name) const {
    const auto place = std::find_if(metrics_.begin(), metrics_.end(),
                                    [&](const Metric& metric) { return metric.name == name; });
    return place == metrics_.end() ? nullptr : &*place;
}

void Comparison::set(Metric metric) {
    const auto same = [&](const Metric& other) {
        return other.name == metric.name && other.range == metric.range;
    };
    const auto place = std::find_if(metrics_.begin(), metrics_.end(), same);
    if (place == metrics_.end())
        metrics_.push_back(std::move(metric));
    else
        *place = std::move(metric);
}

core::Json Comparison::describe(const Side& side) const {
    core::Json out = core::Json::object();
    out["name"] = side.name;
    out[word_.many] = side.table.rows();
    out[word_.many + "_compared"] = side.compared;
    out["empty_" + word_.many] = side.empty;
    out[options_.binning.field + "_low"] = side.extent.low;
    out[options_.binning.field + "_high"] = side.extent.high;
    out.update(side.more);
    return out;
}

core::Json Comparison::json() const {
    core::Json out = core::Json::object();
    out["binning"] = options_.binning.json();
    if (!options_.slicings.empty()) {
        out["slicings"] = core::Json::array();
        for (const Slicing& slicing : options_.slicings) out["slicings"].push_back(slicing.json());
    }
    if (!notices().empty()) out["notices"] = notices();
    out["reference"] = describe(reference_);
    out["candidate"] = describe(candidate_);
    out["metrics"] = core::Json::array();
    for (const Metric& metric : metrics_) out["metrics"].push_back(metric.json(options_.binning.field));
    return out;
}

std::string Comparison::table() const {
    return metrics_table(metrics_, options_.binning, word_.many);
}

}  // namespace caloforge::validate
