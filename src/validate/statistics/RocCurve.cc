#include "validate/statistics/RocCurve.hh"

#include <algorithm>
#include <cmath>
#include <functional>

namespace caloforge::validate {
namespace {

/// Share of the reference at which point i of a mean curve lies.
double share_of(std::size_t i) {
    const double part = static_cast<double>(i) / static_cast<double>(roc_points - 1);
    return part * part;
}

std::vector<float> descending(std::span<const float> scores) {
    std::vector<float> out(scores.begin(), scores.end());
    std::sort(out.begin(), out.end(), std::greater<>());
    return out;
}

std::vector<double> rounded(const std::vector<double>& values) {
    constexpr double digits = 1e4;
    std::vector<double> out(values.size());
    std::transform(values.begin(), values.end(), out.begin(),
                   [](double value) { return std::round(value * digits) / digits; });
    return out;
}

}  // namespace

core::Json RocCurve::json() const {
    return {{"reference", rounded(reference)}, {"candidate", rounded(candidate)}};
}

void RocMean::add(std::span<const float> reference_scores, std::span<const float> candidate_scores,
                  double weight) {
    const std::vector<float> reference = descending(reference_scores);
    const std::vector<float> candidate = descending(candidate_scores);
    sum_.resize(roc_points);
    weight_ += weight;
    std::size_t r = 0;
    std::size_t c = 0;
    std::size_t point = 0;
    double x = 0;
    double y = 0;
    while (r < reference.size() || c < candidate.size()) {
        const float score = r == reference.size()   ? candidate[c]
                            : c == candidate.size() ? reference[r]
                                                    : std::max(reference[r], candidate[c]);
        while (r < reference.size() && reference[r] == score) ++r;
        while (c < candidate.size() && candidate[c] == score) ++c;
        const double next_x = static_cast<double>(r) / static_cast<double>(reference.size());
        const double next_y = static_cast<double>(c) / static_cast<double>(candidate.size());
        for (; point < roc_points && share_of(point) < next_x; ++point)
            sum_[point] += weight * (y + (next_y - y) * (share_of(point) - x) / (next_x - x));
        x = next_x;
        y = next_y;
    }
    for (; point < roc_points; ++point) sum_[point] += weight;
}

RocCurve RocMean::curve() const {
    RocCurve out;
    for (std::size_t i = 0; i < sum_.size(); ++i) {
        out.reference.push_back(share_of(i));
        out.candidate.push_back(sum_[i] / weight_);
    }
    return out;
}

}  // namespace caloforge::validate
