#include "validate/statistics/ResidualMetrics.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "validate/statistics/GeneralMetrics.hh"
#include "validate/statistics/ObservableMetrics.hh"
#include "validate/statistics/SampledMetric.hh"

namespace caloforge::validate {
namespace {

// ResidualSums over the samples of a sub-sample that have the observable, or over any resampling of them.
struct ResidualSums {
    double samples = 0, value = 0, difference = 0, scaled = 0, square = 0;

    void add(const ResidualSums& other, double weight) {
        samples += weight * other.samples;
        value += weight * other.value;
        difference += weight * other.difference;
        scaled += weight * other.scaled;
        square += weight * other.square;
    }
    double mean() const { return difference / samples; }
    double scaled_mean() const { return scaled / samples; }
    double deviation() const {
        return std::sqrt(std::max(square / samples - scaled_mean() * scaled_mean(), 0.0));
    }
};
using ResidualGroups = std::array<ResidualSums, sub_samples>;

ResidualSums resampled(const ResidualGroups& groups, const Weights& weights) {
    ResidualSums out;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (weights[g] != 0) out.add(groups[g], weights[g]);
    }
    return out;
}

using ResidualFigure = double (*)(const ResidualSums& reference, const ResidualSums& candidate);

double relative_mean(const ResidualSums& reference, const ResidualSums& candidate) {
    return (candidate.mean() - reference.mean()) / (reference.value / reference.samples);
}

double shift(const ResidualSums& reference, const ResidualSums& candidate) {
    return (candidate.scaled_mean() - reference.scaled_mean()) / reference.deviation();
}

double relative_width(const ResidualSums& reference, const ResidualSums& candidate) {
    return candidate.deviation() / reference.deviation() - 1;
}

SampledMetric sampled(ResidualFigure figure, const ResidualGroups& reference, const ResidualGroups& candidate,
                      const Draws& draws) {
    const Weights all(sub_samples, 1.0);
    SampledMetric out;
    const ResidualSums first = resampled(reference, all), second = resampled(candidate, all);
    const double value = figure(first, second);
    if (!std::isfinite(value)) return out;
    out.value = value;
    const std::size_t replicas = std::min(draws.reference_weights.size(), draws.candidate_weights.size());
    for (std::size_t r = 0; r < replicas; ++r) {
        const double replica = figure(resampled(reference, draws.reference_weights[r]),
                                      resampled(candidate, draws.candidate_weights[r]));
        if (std::isfinite(replica)) out.replicas.push_back(replica);
    }
    for (const std::vector<bool>& half : draws.halves) {
        Weights ones(half.begin(), half.end()), others = ones;
        for (double& weight : others) weight = 1 - weight;
        const ResidualSums one = resampled(reference, ones), other = resampled(reference, others);
        const double between = std::abs(figure(one, other));
        if (std::isfinite(between))
            out.halves.push_back(scaled_floor(between, Scaling::difference, one.samples, other.samples,
                                              first.samples, second.samples));
    }
    return out;
}

// The most significant of metrics of one kind, with the probability of its like among so many.
Metric worst_of(MetricInfo info, const std::vector<Metric>& metrics) {
    Metric out(std::move(info), metrics.front().range);
    out.n_reference = metrics.front().n_reference;
    out.n_candidate = metrics.front().n_candidate;
    out.reason = metrics.front().reason;
    double most = -1;
    double tried = 0;
    for (const Metric& metric : metrics) {
        if (!metric.value || !metric.uncertainty || !(*metric.uncertainty > 0)) continue;
        tried += 1;
        const double significance = std::abs(*metric.value) / *metric.uncertainty;
        if (significance <= most) continue;
        most = significance;
        out.value = metric.value;
        out.uncertainty = metric.uncertainty;
        out.floor = metric.floor;
        out.where = metric.observable;
    }
    if (out.value) {
        out.reason = "";
        out.chance = std::min(1.0, tried * two_sided_chance(most));
    } else if (out.reason.empty()) {
        out.reason = "no observable fluctuates in both sets";
    }
    return out;
}

}  // namespace

Residuals::Residuals(const TableView& reference, const TableView& candidate,
                     const ObservableList& observables, bool logarithmic)
    : observables_(observables), positive_(observables.singles(), true) {
    const ConditionFit fit(reference, observables.singles(), logarithmic,
                           shared_conditions(*reference.table, *candidate.table));
    for (const std::uint32_t row : reference.rows) {
        for (std::size_t o = 0; o < positive_.size(); ++o) {
            if (reference.table->row(row)[o] < 0) positive_[o] = false;
        }
    }
    reference_ = side_of(*reference.table, fit);
    candidate_ = side_of(*candidate.table, fit);
}

Residuals::Side Residuals::side_of(const ObservableTable& table, const ConditionFit& fit) const {
    const std::size_t singles = observables_.singles();
    Side out;
    for (std::size_t o = 0; o < singles; ++o) out.scaled.names.push_back(observables_[o].name);
    out.scaled.binning = table.binning;
    const ConditionFit::Expected expected = fit.of(table);
    for (std::size_t i = 0; i < expected.means.size(); ++i) {
        const double difference = table.row(i / singles)[i % singles] - expected.means[i];
        out.difference.push_back(difference);
        out.scaled.values.push_back(static_cast<float>(difference / expected.spreads[i]));
    }
    return out;
}

std::vector<Metric> Residuals::compare(const TableView& reference, const TableView& candidate,
                                       const std::string& binning, const std::string& range) const {
    const Draws draws(groups_of(reference), groups_of(candidate));
    const std::string why_not = why_not_compared(reference, candidate, observables_);
    const std::size_t singles = observables_.singles();
    const auto sums_of = [&](const TableView& view, const Side& side, std::size_t o) {
        ResidualGroups groups{};
        for (const std::uint32_t row : view.rows) {
            const double value = view.table->row(row)[o];
            const double scaled = side.scaled.row(row)[o];
            if (!std::isfinite(value) || !std::isfinite(scaled)) continue;
            groups[row % sub_samples].add(
                {1, value, side.difference[row * singles + o], scaled, scaled * scaled}, 1);
        }
        return groups;
    };
    const auto blank = [&](const MetricInfo& info) {
        Metric metric(info, range);
        metric.n_reference = reference.rows.size();
        metric.n_candidate = candidate.rows.size();
        metric.reason = why_not;
        return metric;
    };
    std::vector<Metric> means, widths;
    for (std::size_t o = 0; o < singles; ++o) {
        const std::string &name = observables_[o].name, &label = observables_[o].label;
        const ResidualGroups first = sums_of(reference, reference_, o),
                             second = sums_of(candidate, candidate_, o);
        const auto add = [&](std::vector<Metric>& to, const MetricInfo& info, ResidualFigure figure) {
            Metric& metric = to.emplace_back(blank(info));
            if (why_not.empty())
                sampled(figure, first, second, draws).fill(metric, draws.groups, "it does not vary in a set");
        };
        if (positive_[o])
            add(means, mean_of(name, label), relative_mean);
        else
            add(means, mean_shift_of(name, label), shift);
        add(widths, width_of(name, label), relative_width);
    }
    std::vector<Metric> out{worst_of(mean_worst(), means), worst_of(width_worst(), widths)};
    if (why_not.empty()) {
        CorrelationComparison correlated =
            compare_correlations({&reference_.scaled, reference.rows}, {&candidate_.scaled, candidate.rows},
                                 observables_, binning, range, correlation_residual_mad());
        out.push_back(std::move(correlated.metric));
        out.push_back(std::move(correlated.worst));
    } else {
        out.push_back(blank(correlation_residual_mad()));
        out.push_back(blank(correlation_residual_worst()));
    }
    for (std::vector<Metric>* list : {&means, &widths}) out.insert(out.end(), list->begin(), list->end());
    return out;
}

}  // namespace caloforge::validate
