#include "validate/Measurement.hh"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/Random.hh"

namespace caloforge::validate {
namespace {

constexpr std::uint64_t bootstrap_seed = 1;

// One side of a comparison.
struct Side {
    explicit Side(std::span<const Sums> sub_sums)
        : groups(sub_sums), total(weighted_sum(sub_sums, std::vector(sub_sums.size(), 1.0))) {
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (groups[i][Scalar::showers] > 0) filled.push_back(i);
        }
    }
    // A replica: as many sub-samples as there are, drawn with replacement. Empty ones are no part of it.
    Sums resample(std::span<const std::uint32_t> bits) const {
        std::vector<double> weights(groups.size(), 0.0);
        for (std::size_t i = 0; i < filled.size(); ++i) {
            weights[filled[(static_cast<std::uint64_t>(bits[i]) * filled.size()) >> 32]] += 1;
        }
        return weighted_sum(groups, weights);
    }
    double showers() const { return total[Scalar::showers]; }

    std::span<const Sums> groups;
    Sums total;
    std::vector<std::size_t> filled;
};

struct Replica {
    Sums reference;
    Sums candidate;
};

std::vector<Replica> replicas(const Side& reference, const Side& candidate) {
    std::vector<Replica> out;
    if (reference.filled.size() < 2 || candidate.filled.size() < 2) return out;
    out.reserve(bootstrap_replicas);
    for (std::size_t r = 0; r < bootstrap_replicas; ++r) {
        std::array<std::uint32_t, 2 * sub_samples> bits{};
        core::RandomStream(bootstrap_seed, r, bootstrap_stream).bits(bits);
        const std::span<const std::uint32_t> all(bits);
        out.push_back(
            {reference.resample(all.first(sub_samples)), candidate.resample(all.last(sub_samples))});
    }
    return out;
}

std::optional<double> spread(const Definition& definition, const std::vector<Replica>& drawn,
                             std::size_t groups) {
    double n = 0;
    double sum = 0;
    double squares = 0;
    for (const Replica& replica : drawn) {
        const Outcome outcome = definition.evaluate(replica.reference, replica.candidate);
        if (!outcome.value) continue;
        // Welford: the values may be far larger than their spread.
        n += 1;
        const double delta = *outcome.value - sum;
        sum += delta / n;
        squares += delta * (*outcome.value - sum);
    }
    if (2 * n < static_cast<double>(drawn.size()) || n < 2) return std::nullopt;
    // Drawing from k groups has (k - 1) / k of the variance.
    const auto k = static_cast<double>(groups);
    return std::sqrt(squares / (n - 1) * k / (k - 1));
}

std::string too_few(const char* what, std::size_t needs, double first, double second) {
    return fmt::format("{} {} and {} showers, {} are needed in each", what, first, second, needs);
}

Sums half(std::span<const Sums> groups, std::size_t parity) {
    std::vector<double> weights(groups.size());
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = i % 2 == parity ? 1.0 : 0.0;
    return weighted_sum(groups, weights);
}

void set_floor(Metric& metric, const Definition& definition, const Side& reference, const Side& candidate) {
    const Sums even = half(reference.groups, 0);
    const Sums odd = half(reference.groups, 1);
    const double n_even = even[Scalar::showers];
    const double n_odd = odd[Scalar::showers];
    const auto needs = static_cast<double>(definition.needs);
    if (n_even < needs || n_odd < needs) {
        metric.reason =
            too_few("no floor: the halves of the reference hold", definition.needs, n_even, n_odd);
        return;
    }
    const Outcome outcome = definition.evaluate(even, odd);
    if (!outcome.value) {
        metric.reason = "no floor: " + outcome.reason;
        return;
    }
    const double ratio = (1 / reference.showers() + 1 / candidate.showers()) / (1 / n_even + 1 / n_odd);
    metric.floor =
        std::abs(*outcome.value) * (definition.scaling == Scaling::quadratic ? ratio : std::sqrt(ratio));
}

Outcome value_of(const Definition& definition, const Side& reference, const Side& candidate) {
    const auto needs = static_cast<double>(definition.needs);
    if (reference.showers() < needs || candidate.showers() < needs) {
        return {std::nullopt, too_few("reference and candidate hold", definition.needs, reference.showers(),
                                      candidate.showers())};
    }
    if (!(candidate.total[Scalar::filled] > 0))
        return {std::nullopt, "every shower of the candidate is empty"};
    if (!(reference.total[Scalar::filled] > 0))
        return {std::nullopt, "every shower of the reference is empty"};
    return definition.evaluate(reference.total, candidate.total);
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
                            const std::string& energy) {
    const Side first(reference);
    const Side second(candidate);
    const std::vector<Replica> drawn = replicas(first, second);
    std::vector<Metric> metrics;
    for (const Definition& definition : definitions()) {
        Metric metric;
        metric.name = definition.name;
        metric.energy = energy;
        metric.n_reference = static_cast<std::size_t>(first.showers());
        metric.n_candidate = static_cast<std::size_t>(second.showers());
        const Outcome outcome = value_of(definition, first, second);
        metric.value = outcome.value;
        if (outcome.value) {
            metric.uncertainty =
                spread(definition, drawn, std::min(first.filled.size(), second.filled.size()));
            set_floor(metric, definition, first, second);
        } else {
            metric.reason = outcome.reason;
        }
        metrics.push_back(std::move(metric));
    }
    return metrics;
}

}  // namespace caloforge::validate
