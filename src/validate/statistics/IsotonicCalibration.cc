#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/Error.hh"
#include "validate/statistics/Auc.hh"

namespace caloforge::validate {
namespace {

/// Neighbouring scores that share one probability.
struct Block {
    double first;   ///< score
    double last;    ///< score
    double weight;  ///< sum of the entries' weights
    double sum;     ///< of weight times label
    double mean() const { return sum / weight; }
    void absorb(const Block& next) {
        last = next.last;
        weight += next.weight;
        sum += next.sum;
    }
};

/// Entries of a label, which must be 0 or 1.
std::size_t count(std::span<const float> labels, float wanted) {
    std::size_t number = 0;
    for (const float label : labels) {
        if (label != 0.0F && label != 1.0F) {
            throw core::InputError(fmt::format(
                "{} is no label (0: reference, 1: candidate). Labels and scores swapped?", label));
        }
        if (label == wanted) ++number;
    }
    return number;
}

}  // namespace

IsotonicCalibration::IsotonicCalibration(std::span<const float> scores, std::span<const float> labels) {
    if (scores.size() != labels.size()) {
        throw core::InputError(
            fmt::format("{} scores and {} labels (each entry has one of both). Mixed parts?", scores.size(),
                        labels.size()));
    }
    const std::size_t references = count(labels, 0);
    const std::size_t candidates = count(labels, 1);
    if (references == 0 || candidates == 0) {
        throw core::InputError(fmt::format(
            "cannot calibrate with {} reference and {} candidate entries (needs both). More entries?",
            references, candidates));
    }
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (const float score : scores) {
        if (!std::isfinite(score))
            throw core::InputError(
                "a score is not finite (it cannot be calibrated). Did the classifier diverge?");
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });

    // Equal scores first become one block: a function has one value there.
    std::vector<Block> blocks;
    for (std::size_t i = 0; i < order.size();) {
        const float score = scores[order[i]];
        Block block = {score, score, 0, 0};
        for (; i < order.size() && scores[order[i]] == score; ++i) {
            const double label = labels[order[i]];
            const double weight = 1 / static_cast<double>(label > 0 ? candidates : references);
            block.weight += weight;
            block.sum += weight * label;
        }
        // Where the mean falls, neighbours share one.
        while (!blocks.empty() && blocks.back().mean() >= block.mean()) {
            Block before = blocks.back();
            blocks.pop_back();
            before.absorb(block);
            block = before;
        }
        blocks.push_back(block);
    }
    for (const Block& block : blocks) {
        const double probability = std::clamp(block.mean(), probability_margin, 1 - probability_margin);
        scores_.push_back(block.first);
        probabilities_.push_back(probability);
        if (block.last > block.first) {
            scores_.push_back(block.last);
            probabilities_.push_back(probability);
        }
    }
}

double IsotonicCalibration::operator()(float score) const {
    if (std::isnan(score)) return std::nan("");
    const auto above = std::upper_bound(scores_.begin(), scores_.end(), static_cast<double>(score));
    if (above == scores_.begin()) return probabilities_.front();
    if (above == scores_.end()) return probabilities_.back();
    const std::size_t i = static_cast<std::size_t>(above - scores_.begin());
    const double share = (score - scores_[i - 1]) / (scores_[i] - scores_[i - 1]);
    return probabilities_[i - 1] + share * (probabilities_[i] - probabilities_[i - 1]);
}

}  // namespace caloforge::validate
