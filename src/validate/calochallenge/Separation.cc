#include "validate/calochallenge/Separation.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace caloforge::validate::calochallenge {

std::vector<double> even_edges(double low, double high, std::size_t bins) {
    const double step = (high - low) / static_cast<double>(bins);
    std::vector<double> edges(bins + 1);
    for (std::size_t i = 0; i < bins; ++i) edges[i] = static_cast<double>(i) * step + low;
    edges[bins] = high;
    return edges;
}

std::vector<double> log_edges(double low, double high, std::size_t bins) {
    std::vector<double> edges = even_edges(std::log10(low), std::log10(high), bins);
    for (double& edge : edges) edge = std::pow(10.0, edge);
    return edges;
}

void Counts::add(double value) {
    if (!(value >= edges_.front() && value <= edges_.back())) return;
    const auto above = std::ranges::upper_bound(edges_, value);
    const auto bin = static_cast<std::size_t>(above - edges_.begin()) - 1;
    ++counts_[std::min(bin, counts_.size() - 1)];
}

std::uint64_t Counts::total() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

Outcome separation_power(const Counts& reference, const Counts& candidate) {
    const auto in_reference = static_cast<double>(reference.total()),
               in_candidate = static_cast<double>(candidate.total());
    if (in_reference == 0 || in_candidate == 0) {
        return {{},
                fmt::format("no value of the {} lies between {:.6g} and {:.6g}",
                            in_reference == 0 ? "reference" : "candidate", reference.edges().front(),
                            reference.edges().back())};
    }
    double sum = 0;
    for (std::size_t i = 0; i < reference.counts().size(); ++i) {
        const double first = static_cast<double>(reference.counts()[i]) / in_reference;
        const double second = static_cast<double>(candidate.counts()[i]) / in_candidate;
        if (first + second > 0) sum += (first - second) * (first - second) / (first + second);
    }
    return {sum / 2, ""};
}

}  // namespace caloforge::validate::calochallenge
