#include "validate/statistics/SampledMetric.hh"

#include <algorithm>
#include <numeric>

namespace caloforge::validate {
namespace {

std::vector<bool> filled_groups(const std::vector<std::uint8_t>& groups) {
    std::vector<bool> filled(sub_samples, false);
    for (const std::uint8_t group : groups) filled[group] = true;
    return filled;
}

std::vector<double> weighted(const ObservableHistogram::Counts& counts, const Weights& weights) {
    std::vector<double> out(counts.front().size(), 0.0);
    for (std::size_t g = 0; g < counts.size(); ++g) {
        if (weights[g] == 0) continue;
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += weights[g] * counts[g][i];
    }
    return out;
}

double total(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

double mean(const std::vector<double>& values) {
    return total(values) / static_cast<double>(values.size());
}

void add(std::vector<double>& to, const std::vector<double>& from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace

std::vector<std::uint8_t> groups_of(const TableView& view) {
    std::vector<std::uint8_t> out;
    for (const std::uint32_t row : view.rows) out.push_back(static_cast<std::uint8_t>(row % sub_samples));
    return out;
}

Draws::Draws(std::vector<std::uint8_t> reference, std::vector<std::uint8_t> candidate)
    : reference_group(std::move(reference)), candidate_group(std::move(candidate)) {
    const std::vector<bool> first = filled_groups(reference_group);
    const std::vector<bool> second = filled_groups(candidate_group);
    reference_weights = bootstrap_weights(first, 0);
    candidate_weights = bootstrap_weights(second, 1);
    halves = halvings(first);
    groups = static_cast<std::size_t>(std::min(std::count(first.begin(), first.end(), true),
                                               std::count(second.begin(), second.end(), true)));
}

ResampledHistograms::ResampledHistograms(const ObservableHistogram& histogram, const Draws& draws) {
    const Weights all(sub_samples, 1.0);
    whole = {weighted(histogram.reference(), all), weighted(histogram.candidate(), all)};
    const std::size_t count = std::min(draws.reference_weights.size(), draws.candidate_weights.size());
    for (std::size_t r = 0; r < count; ++r)
        replicas.push_back({weighted(histogram.reference(), draws.reference_weights[r]),
                            weighted(histogram.candidate(), draws.candidate_weights[r])});
    for (const std::vector<bool>& first : draws.halves) {
        HistogramPair pair{weighted(histogram.reference(), Weights(first.begin(), first.end())), whole.first};
        for (std::size_t i = 0; i < pair.first.size(); ++i) pair.second[i] -= pair.first[i];
        if (total(pair.first) > 0 && total(pair.second) > 0) halves.push_back(std::move(pair));
    }
}

SampledMetric::SampledMetric(const ResampledHistograms& histograms, Scaling scaling,
                             const std::function<double(const HistogramPair&)>& metric)
    : value(metric(histograms.whole)) {
    for (const HistogramPair& pair : histograms.replicas) replicas.push_back(metric(pair));
    const double n_reference = total(histograms.whole.first);
    const double n_candidate = total(histograms.whole.second);
    for (const HistogramPair& pair : histograms.halves)
        halves.push_back(scaled_floor(metric(pair), scaling, total(pair.first), total(pair.second),
                                      n_reference, n_candidate));
}

SampledMetric SampledMetric::mean(const std::vector<const SampledMetric*>& parts) {
    SampledMetric out = *parts.front();
    if (!out.value) return {};
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (!parts[i]->value) return {};
        *out.value += *parts[i]->value;
        add(out.replicas, parts[i]->replicas);
        add(out.halves, parts[i]->halves);
    }
    const double scale = 1 / static_cast<double>(parts.size());
    *out.value *= scale;
    for (double& replica : out.replicas) replica *= scale;
    for (double& half : out.halves) half *= scale;
    return out;
}

void SampledMetric::fill(Metric& metric, std::size_t groups, const std::string& no_value) const {
    metric.value = value;
    if (!value) {
        metric.reason = no_value;
        return;
    }
    if (replicas.size() > 1 && groups > 1) metric.uncertainty = bootstrap_error(replicas, groups);
    if (!halves.empty()) metric.floor = validate::mean(halves);
}

}  // namespace caloforge::validate
