#include "validate/statistics/ObservableCorrelations.hh"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

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

// Means and mean squares of the replicas of every pair's difference.
class PairErrors {
  public:
    explicit PairErrors(std::size_t columns) : sums_(columns * columns), squares_(columns * columns) {}

    void add(const CorrelationMatrix& reference, const CorrelationMatrix& candidate) {
        for (std::size_t i = 0; i < sums_.size(); ++i) {
            const double difference = candidate.values[i] - reference.values[i];
            sums_[i] += difference;
            squares_[i] += difference * difference;
        }
        ++replicas_;
    }
    /// Standard deviation of pair i, for sets of so many sub-samples.
    double error(std::size_t i, std::size_t groups) const {
        const double n = static_cast<double>(replicas_), k = static_cast<double>(groups);
        const double mean = sums_[i] / n;
        return std::sqrt(std::max(squares_[i] / n - mean * mean, 0.0) * n / (n - 1) * k / (k - 1));
    }
    std::size_t replicas() const { return replicas_; }

  private:
    std::vector<double> sums_, squares_;
    std::size_t replicas_ = 0;
};

// Returns the pair, (0, 0) when there is none.
std::pair<std::size_t, std::size_t> set_worst(Metric& worst, const CorrelationMatrix& reference,
                                              const CorrelationMatrix& candidate, const PairErrors& errors,
                                              std::size_t groups, const std::vector<std::string>& names) {
    double most = 0, tried = 0;
    std::pair<std::size_t, std::size_t> pair{0, 0};
    for (std::size_t i = 0; i < reference.columns; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const double difference = candidate(i, j) - reference(i, j);
            const double error = errors.error(i * reference.columns + j, groups);
            if (!std::isfinite(difference) || !(error > 0)) continue;
            tried += 1;
            if (std::abs(difference) / error <= most) continue;
            most = std::abs(difference) / error;
            pair = {i, j};
            worst.value = difference;
            worst.uncertainty = error;
            worst.where = names[j] + ", " + names[i];
        }
    }
    if (worst.value) worst.chance = std::min(1.0, tried * two_sided_chance(most));
    return pair;
}

std::pair<std::size_t, std::size_t> set_error(CorrelationComparison& out, const Groups& reference,
                                              const Groups& candidate, const std::vector<double>& centre,
                                              const CorrelationMatrix& one, const CorrelationMatrix& other,
                                              const std::vector<std::string>& names) {
    Metric& metric = out.metric;
    const std::vector<bool> first = filled(reference);
    const std::vector<bool> second = filled(candidate);
    const auto weights = bootstrap_weights(first, 0);
    const auto others = bootstrap_weights(second, 1);
    std::vector<double> replicas;
    PairErrors pairs(one.columns);
    for (std::size_t r = 0; r < std::min(weights.size(), others.size()); ++r) {
        const CorrelationMatrix left = matrix_of(reference, weights[r], centre),
                                right = matrix_of(candidate, others[r], centre);
        const auto value = correlation_difference(left, right);
        if (!value) continue;
        replicas.push_back(*value);
        pairs.add(left, right);
    }
    const auto groups = static_cast<std::size_t>(std::min(std::count(first.begin(), first.end(), true),
                                                          std::count(second.begin(), second.end(), true)));
    if (replicas.size() < 2 || groups < 2) return {0, 0};
    metric.uncertainty = bootstrap_error(replicas, groups);
    return set_worst(out.worst, one, other, pairs, groups, names);
}

void set_floor(CorrelationComparison& out, std::pair<std::size_t, std::size_t> worst, const Groups& reference,
               const std::vector<double>& centre) {
    Metric& metric = out.metric;
    double sum = 0, worst_sum = 0;
    double splits = 0;
    for (const std::vector<bool>& half : halvings(filled(reference))) {
        const Weights first(half.begin(), half.end());
        Weights second = first;
        for (double& weight : second) weight = 1 - weight;
        const double n_first = samples_in(reference, first);
        const double n_second = samples_in(reference, second);
        if (!(n_first > 0 && n_second > 0)) continue;
        const CorrelationMatrix one = matrix_of(reference, first, centre),
                                other = matrix_of(reference, second, centre);
        const auto value = correlation_difference(one, other);
        if (!value) continue;
        const auto scaled = [&](double floor) {
            return scaled_floor(floor, metric.scaling, n_first, n_second,
                                static_cast<double>(metric.n_reference),
                                static_cast<double>(metric.n_candidate));
        };
        sum += scaled(*value);
        worst_sum += scaled(std::abs(one(worst.first, worst.second) - other(worst.first, worst.second)));
        splits += 1;
    }
    if (splits > 0) metric.floor = sum / splits;
    if (splits > 0 && out.worst.value && std::isfinite(worst_sum)) out.worst.floor = worst_sum / splits;
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
                                           const std::string& range, const MetricInfo& info) {
    CorrelationComparison out{Metric(info, range), Metric(correlation_residual_worst(), range), std::nullopt};
    for (Metric* metric : {&out.metric, &out.worst}) {
        metric->n_reference = reference.rows.size();
        metric->n_candidate = candidate.rows.size();
    }
    if (std::min(reference.rows.size(), candidate.rows.size()) < samples_for_distributions) {
        out.metric.reason = too_few(reference.rows.size(), candidate.rows.size(), samples_for_distributions,
                                    observables.word.many);
        out.worst.reason = out.metric.reason;
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
        out.metric.reason = out.worst.reason = "no two observables vary in both sets";
        return out;
    }
    std::vector<std::string> names{binning};
    for (std::size_t i = 0; i < singles; ++i) names.push_back(observables[i].name);
    const auto worst = set_error(out, first, second, centre, one, other, names);
    if (!out.worst.value) out.worst.reason = "too few sub-samples for an uncertainty";
    set_floor(out, worst, first, centre);
    CorrelationDrawing& drawing = out.drawing.emplace();
    drawing.range = range;
    drawing.names = std::move(names);
    drawing.reference = rows_of(one);
    drawing.candidate = rows_of(other);
    return out;
}

}  // namespace caloforge::validate
