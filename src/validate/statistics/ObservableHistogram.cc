#include "validate/statistics/ObservableHistogram.hh"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "validate/statistics/Jackknife.hh"
#include "validate/statistics/Rounding.hh"

namespace caloforge::validate {
namespace {

constexpr double tail = 0.001;

std::vector<double> equal_bins(double low, double high, std::size_t bins) {
    std::vector<double> edges(bins + 1);
    for (std::size_t i = 0; i <= bins; ++i)
        edges[i] = low + (high - low) * static_cast<double>(i) / static_cast<double>(bins);
    return edges;
}

}  // namespace

std::vector<double> observable_edges(std::span<const float> values, bool whole_numbers) {
    if (values.empty()) return {0, 1};
    if (whole_numbers) {
        const double low = std::floor(values.front()) - 0.5;
        return equal_bins(low, std::floor(values.back()) + 0.5,
                          static_cast<std::size_t>(std::floor(values.back()) + 0.5 - low));
    }
    const auto last = static_cast<double>(values.size() - 1);
    const double low = values[static_cast<std::size_t>(std::floor(tail * last))];
    const double high = values[static_cast<std::size_t>(std::ceil((1 - tail) * last))];
    if (high > low) return equal_bins(low, high, ObservableHistogram::inner_bins);
    // One value only: a bin around it, narrow enough that anything else falls outside.
    const double half = std::max(1e-6, 1e-3 * std::abs(low));
    return {low - half, low + half};
}

ObservableHistogram::ObservableHistogram(std::vector<double> edges, const std::vector<float>& reference,
                                         const std::vector<std::uint8_t>& reference_group,
                                         const std::vector<float>& candidate,
                                         const std::vector<std::uint8_t>& candidate_group)
    : edges_(std::move(edges)) {
    count(reference, reference_group, reference_);
    count(candidate, candidate_group, candidate_);
}

void ObservableHistogram::count(const std::vector<float>& values, const std::vector<std::uint8_t>& group,
                                Counts& into) const {
    const std::size_t n = bins();
    for (auto& counts : into) counts.assign(n + 3, 0.0);
    const double low = edges_.front();
    const double high = edges_.back();
    const double per_width = static_cast<double>(n) / (high - low);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double value = values[i];
        std::size_t bin = n + 2;
        if (std::isfinite(value)) {
            if (value < low)
                bin = n;
            else if (value > high)
                bin = n + 1;
            else
                bin = std::min(n - 1, static_cast<std::size_t>((value - low) * per_width));
        }
        into[group[i]][bin] += 1;
    }
}

double ObservableHistogram::wasserstein(const std::vector<double>& first,
                                        const std::vector<double>& second) const {
    const std::size_t n = bins();
    // Samples without the observable have no place on the axis.
    const double first_sum = std::accumulate(first.begin(), first.end() - 1, 0.0);
    const double second_sum = std::accumulate(second.begin(), second.end() - 1, 0.0);
    if (!(first_sum > 0 && second_sum > 0)) return 0;
    double below = first[n] / first_sum - second[n] / second_sum;
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double next = below + first[i] / first_sum - second[i] / second_sum;
        sum += 0.5 * (std::abs(below) + std::abs(next)) * (edges_[i + 1] - edges_[i]);
        below = next;
    }
    return sum;
}

Series drawn_counts(const ObservableHistogram::Counts& counts, std::size_t bins) {
    constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> total(counts.front().size(), 0.0);
    std::vector<double> samples;
    for (const auto& group : counts) {
        for (std::size_t i = 0; i < group.size(); ++i) total[i] += group[i];
        samples.push_back(std::accumulate(group.begin(), group.end(), 0.0));
    }
    const double all = std::accumulate(samples.begin(), samples.end(), 0.0);
    Series out;
    for (std::size_t i = 0; i < bins; ++i) {
        std::vector<double> left_out;
        for (std::size_t g = 0; g < counts.size(); ++g) {
            if (samples[g] > 0 && all > samples[g])
                left_out.push_back((total[i] - counts[g][i]) / (all - samples[g]));
        }
        out.y.push_back(all > 0 ? short_number(total[i] / all) : nothing);
        out.error.push_back(short_number(jackknife_error(left_out)));
    }
    return out;
}

}  // namespace caloforge::validate
