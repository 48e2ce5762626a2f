#include "validate/statistics/ObservableCorrelations.hh"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "validate/statistics/Correlation.hh"
#include "validate/statistics/GeneralMetrics.hh"
#include "validate/statistics/ObservableMetrics.hh"
#include "validate/statistics/Resampling.hh"
#include "validate/statistics/Rounding.hh"

namespace caloforge::validate {
namespace {

// Sums over the samples of each sub-sample.
struct Groups {
    std::vector<CorrelationSums> sums;
    std::vector<double> samples;
};

// The columns of the matrix: the binning variable, then the single observables.
std::vector<float> values_of(const TableView& view, std::uint32_t row, std::size_t singles) {
    std::vector<float> values = {view.table->binning[row]};
    const auto from = view.table->row(row).first(singles);
    values.insert(values.end(), from.begin(), from.end());
    return values;
}

std::vector<double> centre_of(const TableView& view, std::size_t singles) {
    std::vector<double> sum(singles + 1, 0.0);
    std::vector<double> count(singles + 1, 0.0);
    for (const std::uint32_t row : view.rows) {
        const auto values = values_of(view, row, singles);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (!std::isfinite(values[i])) continue;
            sum[i] += values[i];
            count[i] += 1;
        }
    }
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = count[i] > 0 ? sum[i] / count[i] : 0;
    return sum;
}

Groups group_sums(const TableView& view, std::size_t singles, const std::vector<double>& centre) {
    Groups groups{std::vector(sub_samples, CorrelationSums(centre)), std::vector(sub_samples, 0.0)};
    for (const std::uint32_t row : view.rows) {
        groups.sums[row % sub_samples].add(values_of(view, row, singles));
        groups.samples[row % sub_samples] += 1;
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

double samples_in(const Groups& groups, const Weights& weights) {
    return std::inner_product(weights.begin(), weights.end(), groups.samples.begin(), 0.0);
}

std::vector<bool> filled(const Groups& groups) {
    std::vector<bool> out;
    for (const double samples : groups.samples) out.push_back(samples > 0);
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
        const double n_first = samples_in(reference, first);
        const double n_second = samples_in(reference, second);
        if (!(n_first > 0 && n_second > 0)) continue;
        const auto value =
            correlation_difference(matrix_of(reference, first, centre), matrix_of(reference, second, centre));
        if (!value) continue;
        sum += scaled_floor(*value, metric.scaling, n_first, n_second,
                            static_cast<double>(metric.n_reference), static_cast<double>(metric.n_candidate));
        splits += 1;
    }
    if (splits > 0) metric.floor = sum / splits;
}

std::vector<std::vector<double>> rows_of(const CorrelationMatrix& matrix) {
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < matrix.columns; ++i) {
        rows.emplace_back();
        for (std::size_t j = 0; j < matrix.columns; ++j) rows.back().push_back(short_number(matrix(i, j)));
    }
    return rows;
}

}  // namespace

CorrelationComparison compare_correlations(const TableView& reference, const TableView& candidate,
                                           const ObservableList& observables, const std::string& binning,
                                           const std::string& range) {
    CorrelationComparison out{Metric(correlation_mad(), range), std::nullopt};
    out.metric.n_reference = reference.rows.size();
    out.metric.n_candidate = candidate.rows.size();
    if (std::min(reference.rows.size(), candidate.rows.size()) < samples_for_distributions) {
        out.metric.reason = too_few(reference.rows.size(), candidate.rows.size(), samples_for_distributions,
                                    observables.word.many);
        return out;
    }
    const std::size_t singles = observables.singles();
    const std::vector<double> centre = centre_of(reference, singles);
    const Groups first = group_sums(reference, singles, centre);
    const Groups second = group_sums(candidate, singles, centre);
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
    CorrelationDrawing& drawing = out.drawing.emplace();
    drawing.range = range;
    drawing.names = {binning};
    for (std::size_t i = 0; i < singles; ++i) drawing.names.push_back(observables[i].name);
    drawing.reference = rows_of(one);
    drawing.candidate = rows_of(other);
    return out;
}

}  // namespace caloforge::validate
