#include "validate/Comparison.hh"

#include <algorithm>
#include <cmath>

#include "validate/EventCorrelations.hh"
#include "validate/FigureOfMerit.hh"
#include "validate/FrechetMetric.hh"
#include "validate/Measurement.hh"
#include "validate/ObservableMetrics.hh"
#include "validate/Profiles.hh"
#include "validate/SetPair.hh"
#include "validate/Table.hh"

namespace caloforge::validate {
namespace {

std::string or_else(const std::string& name, const char* otherwise) {
    return name.empty() ? otherwise : name;
}

core::Json describe(const std::string& name, const data::ShowerSet& set, const ShowerObserver& observer,
                    const Summary& summary, std::span<const Sums> overall) {
    core::Json out = core::Json::object();
    out["name"] = name;
    out["files"] = set.shards().size();
    out["showers"] = set.size();
    out["showers_compared"] = static_cast<std::size_t>(total(overall, Scalar::showers));
    out["energy_low"] = summary.energies.low;
    out["energy_high"] = summary.energies.high;
    out["layout"] = data::to_string(set.layout());
    out["cells"] = {observer.grid().nx, observer.grid().ny, observer.grid().nz};
    out["sampling_fraction"] = mean(overall, Scalar::fraction);
    out["empty_showers"] =
        static_cast<std::size_t>(total(overall, Scalar::showers) - total(overall, Scalar::filled));
    return out;
}

template <class To, class From>
void append(To& to, From&& from) {
    for (auto& one : from) to.push_back(std::move(one));
}

bool averaged(const std::string& name) {
    return name == "figure_of_merit" || name == "figure_of_merit_moments_twice";
}

// As published: the mean over the bins of the incident energy (that hold enough showers for a floor). Where
// only one range was compared, it stands.
void average_over_bins(std::vector<Metric>& metrics, const std::string& overall) {
    for (Metric& whole : metrics) {
        if (!averaged(whole.name) || whole.energy != overall) continue;
        double n = 0, sum = 0, variance = 0, floor = 0;
        for (const Metric& bin : metrics) {
            if (bin.name != whole.name || bin.energy == overall || !bin.value || !bin.floor) continue;
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

}  // namespace

Comparison::Comparison(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                       CompareOptions options) {
    options.reference_name = or_else(options.reference_name, "reference");
    options.candidate_name = or_else(options.candidate_name, "candidate");
    const ShowerObserver observer(reference.readout(), options.mip);
    const EventObservables observables(observer);
    SetPair pair = read_pair(reference, candidate, observer, observables, options);
    grid_ = observer.grid();
    cylindrical_ = observer.frame() == Frame::cylindrical;
    range_ = pair.range;
    reference_table_ = std::move(pair.reference.table);
    candidate_table_ = std::move(pair.candidate.table);

    const auto compare = [&](std::span<const Sums> one, std::span<const Sums> other, const TableView& first,
                             const TableView& second, const std::string& energy) {
        append(metrics_, measure(one, other, energy));
        append(profiles_, profiles(one, other, observer, energy));
        CorrelationComparison correlated = compare_correlations(first, second, observables, energy);
        metrics_.push_back(std::move(correlated.metric));
        if (!correlated.drawing.is_null()) correlations_.push_back(std::move(correlated.drawing));
        ObservableComparison observed =
            compare_observables(first, second, observables, energy, options.threads);
        append(metrics_, std::move(observed.metrics));
        append(profiles_, std::move(observed.drawings));
    };
    const std::vector<Sums> first = pair.reference.sums.overall();
    const std::vector<Sums> second = pair.candidate.sums.overall();
    reference_ = describe(options.reference_name, reference, observer, pair.reference, first);
    candidate_ = describe(options.candidate_name, candidate, observer, pair.candidate, second);
    const TableView reference_rows = compared_rows(reference_table_, range_);
    const TableView candidate_rows = compared_rows(candidate_table_, range_);
    const std::string overall = range_.label();
    compare(first, second, reference_rows, candidate_rows, overall);
    const EnergyBins bins(options.energy_edges, pair.range);
    for (std::size_t bin = 0; bin < bins.size(); ++bin) {
        if (bins.label(bin) == overall) continue;  // the same showers under the same name
        const auto one = pair.reference.sums.bin(bin);
        const auto other = pair.candidate.sums.bin(bin);
        if (total(one, Scalar::showers) + total(other, Scalar::showers) > 0)
            compare(one, other, rows_of_bin(reference_table_, bins, bin),
                    rows_of_bin(candidate_table_, bins, bin), bins.label(bin));
    }
    average_over_bins(metrics_, overall);
    metrics_.push_back(frechet_metric(reference_rows, candidate_rows, observables, overall));
    for (const char* name : {"auc_observables", "auc_cells"}) {
        Metric metric;
        metric.name = name;
        metric.energy = overall;
        metric.reason = "no classifier was trained";
        metric.n_reference = metrics_.front().n_reference;
        metric.n_candidate = metrics_.front().n_candidate;
        metrics_.push_back(std::move(metric));
    }
}

void Comparison::set(Metric metric) {
    const auto same = [&](const Metric& other) {
        return other.name == metric.name && other.energy == metric.energy;
    };
    const auto place = std::find_if(metrics_.begin(), metrics_.end(), same);
    if (place == metrics_.end())
        metrics_.push_back(std::move(metric));
    else
        *place = std::move(metric);
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
