#include "validate/EventCorrelations.hh"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "validate/Correlation.hh"
#include "validate/Measurement.hh"
#include "validate/Resampling.hh"
#include "validate/Rounding.hh"

namespace caloforge::validate {
namespace {

// Sums over the showers of each sub-sample.
struct Groups {
    std::vector<CorrelationSums> sums;
    std::vector<double> showers;
};

// The columns of the matrix: incident energy, then the event-level observables.
std::vector<float> values_of(const TableView& view, std::uint32_t row, std::size_t event_level) {
    std::vector<float> values = {view.table->incident[row]};
    const auto from = view.table->row(row).first(event_level);
    values.insert(values.end(), from.begin(), from.end());
    return values;
}

std::vector<double> centre_of(const TableView& view, std::size_t event_level) {
    std::vector<double> sum(event_level + 1, 0.0);
    std::vector<double> count(event_level + 1, 0.0);
    for (const std::uint32_t row : view.rows) {
        const auto values = values_of(view, row, event_level);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (!std::isfinite(values[i])) continue;
            sum[i] += values[i];
            count[i] += 1;
        }
    }
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = count[i] > 0 ? sum[i] / count[i] : 0;
    return sum;
}

Groups group_sums(const TableView& view, std::size_t event_level, const std::vector<double>& centre) {
    Groups groups{std::vector(sub_samples, CorrelationSums(centre)), std::vector(sub_samples, 0.0)};
    for (const std::uint32_t row : view.rows) {
        groups.sums[row % sub_samples].add(values_of(view, row, event_level));
        groups.showers[row % sub_samples] += 1;
    }
    return groups;
}

CorrelationMatrix matrix_of(const Groups& groups, const Weights& weights, const std::vector<double>& centre) {
    CorrelationSums sum(centre);
    for (std::size_t g = 0; g < groups.sums.size(); ++g) {
        if (weights[g] != 0) sum.add(groups.sums[g], weights[g]);
    }
    return sum.matrix();
}

double showers_in(const Groups& groups, const Weights& weights) {
    return std::inner_product(weights.begin(), weights.end(), groups.showers.begin(), 0.0);
}

std::vector<bool> filled(const Groups& groups) {
    std::vector<bool> out;
    for (const double showers : groups.showers) out.push_back(showers > 0);
    return out;
}

void set_error(Metric& metric, const Groups& reference, const Groups& candidate,
               const std::vector<double>& centre) {
    const std::vector<bool> first = filled(reference);
    const std::vector<bool> second = filled(candidate);
    const auto weights = bootstrap_weights(first, 0);
    const auto others = bootstrap_weights(second, 1);
    std::vector<double> replicas;
    for (std::size_t r = 0; r < std::min(weights.size(), others.size()); ++r) {
        const auto value = correlation_difference(matrix_of(reference, weights[r], centre),
                                                  matrix_of(candidate, others[r], centre));
        if (value) replicas.push_back(*value);
    }
    const auto groups = std::min(std::count(first.begin(), first.end(), true),
                                 std::count(second.begin(), second.end(), true));
    if (replicas.size() > 1) metric.uncertainty = bootstrap_error(replicas, static_cast<std::size_t>(groups));
}

void set_floor(Metric& metric, const Groups& reference, const std::vector<double>& centre) {
    double sum = 0;
    double splits = 0;
    for (const std::vector<bool>& half : halvings(filled(reference))) {
        const Weights first(half.begin(), half.end());
        Weights second = first;
        for (double& weight : second) weight = 1 - weight;
        const double n_first = showers_in(reference, first);
        const double n_second = showers_in(reference, second);
        if (!(n_first > 0 && n_second > 0)) continue;
        const auto value =
            correlation_difference(matrix_of(reference, first, centre), matrix_of(reference, second, centre));
        if (!value) continue;
        sum += scaled_floor(*value, Scaling::difference, n_first, n_second,
                            static_cast<double>(metric.n_reference), static_cast<double>(metric.n_candidate));
        splits += 1;
    }
    if (splits > 0) metric.floor = sum / splits;
}

core::Json rows_of(const CorrelationMatrix& matrix) {
    core::Json rows = core::Json::array();
    for (std::size_t i = 0; i < matrix.columns; ++i) {
        core::Json row = core::Json::array();
        for (std::size_t j = 0; j < matrix.columns; ++j) {
            const double value = matrix(i, j);
            row.push_back(std::isfinite(value) ? core::Json(short_number(value)) : core::Json());
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

CorrelationComparison compare_correlations(const TableView& reference, const TableView& candidate,
                                           const EventObservables& observables, const std::string& energy) {
    CorrelationComparison out;
    out.metric.name = "correlation_mad";
    out.metric.energy = energy;
    out.metric.n_reference = reference.rows.size();
    out.metric.n_candidate = candidate.rows.size();
    if (std::min(reference.rows.size(), candidate.rows.size()) < showers_for_distributions) {
        out.metric.reason =
            too_few_showers(reference.rows.size(), candidate.rows.size(), showers_for_distributions);
        return out;
    }
    const std::size_t event_level = observables.event_level();
    const std::vector<double> centre = centre_of(reference, event_level);
    const Groups first = group_sums(reference, event_level, centre);
    const Groups second = group_sums(candidate, event_level, centre);
    const Weights all(sub_samples, 1.0);
    const CorrelationMatrix one = matrix_of(first, all, centre);
    const CorrelationMatrix other = matrix_of(second, all, centre);
    out.metric.value = correlation_difference(one, other);
    if (!out.metric.value) {
        out.metric.reason = "no two observables vary in both sets";
        return out;
    }
    set_error(out.metric, first, second, centre);
    set_floor(out.metric, first, centre);
    core::Json names = core::Json::array({"incident_energy"});
    for (std::size_t i = 0; i < event_level; ++i) names.push_back(observables.list()[i].name);
    out.drawing = {
        {"energy", energy}, {"names", names}, {"reference", rows_of(one)}, {"candidate", rows_of(other)}};
    return out;
}

}  // namespace caloforge::validate
