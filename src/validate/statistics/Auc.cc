#include "validate/statistics/Auc.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string_view>

#include "core/Error.hh"

namespace caloforge::validate {
namespace {

std::vector<float> sorted(std::span<const float> scores, std::size_t needed, std::string_view name) {
    if (scores.size() < needed) {
        throw core::InputError(fmt::format(
            "too few {} scores for an area under the ROC curve ({} of {} at least). More entries?", name,
            scores.size(), needed));
    }
    std::vector<float> out(scores.begin(), scores.end());
    for (const float score : out) {
        if (std::isnan(score)) {
            throw core::InputError(fmt::format(
                "a {} score is not a number (so it has no rank). Did the classifier diverge?", name));
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// Twice the number of `others` below a score, ties counting half: a whole number.
std::uint64_t twice_below(const std::vector<float>& others, float score) {
    const auto [low, high] = std::equal_range(others.begin(), others.end(), score);
    return static_cast<std::uint64_t>(low - others.begin()) +
           static_cast<std::uint64_t>(high - others.begin());
}

/// Sample variance of the shares of `others` below each score.
double placement_variance(const std::vector<float>& scores, const std::vector<float>& others) {
    std::vector<double> placements(scores.size());
    for (std::size_t i = 0; i < scores.size(); ++i) {
        placements[i] =
            static_cast<double>(twice_below(others, scores[i])) / (2 * static_cast<double>(others.size()));
    }
    const double size = static_cast<double>(placements.size());
    const double mean = std::accumulate(placements.begin(), placements.end(), 0.0) / size;
    double sum = 0;
    for (const double placement : placements) sum += (placement - mean) * (placement - mean);
    return sum / (size - 1);
}

/// Mean of -ln p, or of -ln(1 - p), over a class.
double cross_entropy(std::span<const double> probabilities, bool candidate) {
    if (probabilities.empty())
        throw core::InputError("no entries of one class (a divergence compares two). Empty test part?");
    double sum = 0;
    for (const double p : probabilities) {
        if (!(p >= 0 && p <= 1))
            throw core::InputError(
                fmt::format("{} is not a probability (outside [0, 1]). Not calibrated?", p));
        sum -= candidate ? std::log(p) : std::log1p(-p);
    }
    return sum / static_cast<double>(probabilities.size());
}

}  // namespace

double area_under_curve(std::span<const float> reference_scores, std::span<const float> candidate_scores) {
    const std::vector<float> reference = sorted(reference_scores, 1, "reference");
    const std::vector<float> candidate = sorted(candidate_scores, 1, "candidate");
    std::uint64_t twice = 0;
    for (const float score : candidate) twice += twice_below(reference, score);
    return static_cast<double>(twice) /
           (2 * static_cast<double>(reference.size()) * static_cast<double>(candidate.size()));
}

double area_standard_error(std::span<const float> reference_scores, std::span<const float> candidate_scores) {
    const std::vector<float> reference = sorted(reference_scores, 2, "reference");
    const std::vector<float> candidate = sorted(candidate_scores, 2, "candidate");
    // Of a reference entry the formula wants the share of candidates above it: the same variance.
    return std::sqrt(placement_variance(reference, candidate) / static_cast<double>(reference.size()) +
                     placement_variance(candidate, reference) / static_cast<double>(candidate.size()));
}

double jensen_shannon(std::span<const double> reference_probability,
                      std::span<const double> candidate_probability) {
    const double entropy =
        (cross_entropy(reference_probability, false) + cross_entropy(candidate_probability, true)) / 2;
    return std::max(0.0, 1 - entropy / std::log(2.0));
}

}  // namespace caloforge::validate
