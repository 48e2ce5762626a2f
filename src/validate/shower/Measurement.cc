#include "validate/shower/Measurement.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "validate/shower/ShowerMetrics.hh"
#include "validate/statistics/Resampling.hh"

namespace caloforge::validate {
namespace {

// One side of a comparison.
struct Side {
    explicit Side(std::span<const Sums> sub_sums)
        : groups(sub_sums), total(weighted_sum(sub_sums, std::vector(sub_sums.size(), 1.0))) {
        for (const Sums& group : groups) filled.push_back(group[Scalar::showers] > 0);
        filled_count = static_cast<std::size_t>(std::count(filled.begin(), filled.end(), true));
    }
    double showers() const { return total[Scalar::showers]; }

    std::span<const Sums> groups;
    Sums total;
    std::vector<bool> filled;
    std::size_t filled_count = 0;
};

struct Pair {
    Sums reference;
    Sums candidate;
};

std::vector<Pair> replicas(const Side& reference, const Side& candidate) {
    const auto first = bootstrap_weights(reference.filled, 0);
    const auto second = bootstrap_weights(candidate.filled, 1);
    std::vector<Pair> out;
    for (std::size_t r = 0; r < std::min(first.size(), second.size()); ++r)
        out.push_back({weighted_sum(reference.groups, first[r]), weighted_sum(candidate.groups, second[r])});
    return out;
}

// The reference against itself.
std::vector<Pair> halves(const Side& reference) {
    std::vector<Pair> out;
    for (const std::vector<bool>& first : halvings(reference.filled)) {
        Weights weights(first.begin(), first.end());
        Sums one = weighted_sum(reference.groups, weights);
        for (double& weight : weights) weight = 1 - weight;
        out.push_back({std::move(one), weighted_sum(reference.groups, weights)});
    }
    return out;
}

std::optional<double> spread(const ShowerMetric& what, const std::vector<Pair>& drawn, std::size_t groups) {
    std::vector<double> values;
    for (const Pair& replica : drawn) {
        const Outcome outcome = what.evaluate(replica.reference, replica.candidate);
        if (outcome.value) values.push_back(*outcome.value);
    }
    if (2 * values.size() < drawn.size() || values.size() < 2) return std::nullopt;
    return bootstrap_error(values, groups);
}

void set_floor(Metric& metric, const ShowerMetric& what, const std::vector<Pair>& split,
               const Side& reference, const Side& candidate) {
    const auto needs = static_cast<double>(what.needs);
    double sum = 0;
    for (const Pair& pair : split) {
        const double n_first = pair.reference[Scalar::showers];
        const double n_second = pair.candidate[Scalar::showers];
        if (n_first < needs || n_second < needs) {
            metric.reason =
                fmt::format("no floor: the halves of the reference hold {} and {} showers, {} are needed",
                            n_first, n_second, what.needs);
            return;
        }
        const Outcome outcome = what.evaluate(pair.reference, pair.candidate);
        if (!outcome.value) {
            metric.reason = "no floor: " + outcome.reason;
            return;
        }
        sum += scaled_floor(std::abs(*outcome.value), what.info.scaling, n_first, n_second,
                            reference.showers(), candidate.showers());
    }
    metric.floor = sum / static_cast<double>(split.size());
}

Outcome value_of(const ShowerMetric& what, const Side& reference, const Side& candidate) {
    const auto needs = static_cast<double>(what.needs);
    if (reference.showers() < needs || candidate.showers() < needs) {
        return {std::nullopt, too_few(static_cast<std::size_t>(reference.showers()),
                                      static_cast<std::size_t>(candidate.showers()), what.needs, "showers")};
    }
    if (!(candidate.total[Scalar::filled] > 0))
        return {std::nullopt, "every shower of the candidate is empty"};
    if (!(reference.total[Scalar::filled] > 0))
        return {std::nullopt, "every shower of the reference is empty"};
    return what.evaluate(reference.total, candidate.total);
}

}  // namespace

Sums weighted_sum(std::span<const Sums> groups, std::span<const double> weights, std::size_t parts) {
    Sums total = groups.front().blank(parts);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (weights[i] != 0) total.add(groups[i], weights[i], parts);
    }
    return total;
}

std::vector<Metric> measure(std::span<const Sums> reference, std::span<const Sums> candidate,
                            const std::string& range) {
    const Side first(reference);
    const Side second(candidate);
    const std::vector<Pair> drawn = replicas(first, second);
    const std::vector<Pair> split = halves(first);
    std::vector<Metric> metrics;
    for (const ShowerMetric& what : shower_metrics()) {
        Metric metric(what.info, range);
        metric.n_reference = static_cast<std::size_t>(first.showers());
        metric.n_candidate = static_cast<std::size_t>(second.showers());
        const Outcome outcome = value_of(what, first, second);
        metric.value = outcome.value;
        if (outcome.value) {
            metric.uncertainty = spread(what, drawn, std::min(first.filled_count, second.filled_count));
            set_floor(metric, what, split, first, second);
        } else {
            metric.reason = outcome.reason;
        }
        metrics.push_back(std::move(metric));
    }
    return metrics;
}

}  // namespace caloforge::validate
