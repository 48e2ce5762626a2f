#include "validate/statistics/Histograms.hh"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace caloforge::validate {

std::optional<double> separation(std::span<const double> first, std::span<const double> second) {
    const double first_sum = std::accumulate(first.begin(), first.end(), 0.0);
    const double second_sum = std::accumulate(second.begin(), second.end(), 0.0);
    if (!(first_sum > 0 && second_sum > 0)) return std::nullopt;
    double sum = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const double h1 = first[i] / first_sum;
        const double h2 = second[i] / second_sum;
        if (h1 + h2 > 0) sum += (h1 - h2) * (h1 - h2) / (h1 + h2);
    }
    return 0.5 * sum;
}

std::optional<double> largest_deviation(std::span<const double> reference, double reference_norm,
                                        std::span<const double> candidate, double candidate_norm,
                                        const std::vector<bool>& used) {
    std::optional<double> largest;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        if (!used[i] || !(reference[i] > 0)) continue;
        const double deviation = (candidate[i] / candidate_norm) / (reference[i] / reference_norm) - 1;
        if (!largest || std::abs(deviation) > std::abs(*largest)) largest = deviation;
    }
    return largest;
}

std::vector<bool> bins_above(std::span<const double> sums, double share) {
    const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
    std::vector<bool> used(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i) used[i] = sums[i] > share * total;
    return used;
}

std::vector<bool> bins_holding(std::span<const double> sums, double share) {
    std::vector<std::size_t> order(sums.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return sums[a] > sums[b]; });
    const double enough = share * std::accumulate(sums.begin(), sums.end(), 0.0);
    std::vector<bool> used(sums.size());
    double held = 0;
    for (const std::size_t i : order) {
        if (held >= enough) break;
        used[i] = true;
        held += sums[i];
    }
    return used;
}

}  // namespace caloforge::validate
