#include "validate/calochallenge/SplitClassifier.hh"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/Clock.hh"
#include "validate/classifier/Classifier.hh"
#include "validate/statistics/Auc.hh"
#include "validate/statistics/SampleChoice.hh"

namespace caloforge::validate::calochallenge {
namespace {

/// Shuffles the candidate by another key than the reference.
constexpr std::uint64_t other_set = std::uint64_t{1} << 62;

std::vector<float> probabilities(std::span<const float> scores) {
    std::vector<float> out(scores.size());
    std::ranges::transform(scores, out.begin(), [](float score) {
        return static_cast<float>(1 / (1 + std::exp(-static_cast<double>(score))));
    });
    return out;
}

/// 1 - H / ln 2, H the mean of -ln p of the candidates and -ln (1 - p) of the reference.
double divergence(std::span<const double> reference, std::span<const double> candidate) {
    double sum = 0;
    for (const double p : reference) sum -= std::log1p(-p);
    for (const double p : candidate) sum -= std::log(p);
    return 1 - sum / static_cast<double>(reference.size() + candidate.size()) / std::numbers::ln2;
}

/// The same of logits, where probabilities would round to 0 and 1.
double divergence_of_scores(std::span<const float> reference, std::span<const float> candidate) {
    const auto softplus = [](double s) { return std::max(s, 0.0) + std::log1p(std::exp(-std::abs(s))); };
    double sum = 0;
    for (const float score : reference) sum += softplus(static_cast<double>(score));
    for (const float score : candidate) sum += softplus(-static_cast<double>(score));
    return 1 - sum / static_cast<double>(reference.size() + candidate.size()) / std::numbers::ln2;
}

/// The area and the divergence of the test part after the calibration, and before.
void judge_scores(const FoldScores& scores, SplitResult& out) {
    const IsotonicCalibration calibration(probabilities(scores.validation), scores.validation_labels);
    const auto calibrated = [&](std::span<const float> part) {
        std::vector<double> values;
        for (const float probability : probabilities(part)) values.push_back(calibration(probability));
        return values;
    };
    const std::vector<double> reference = calibrated(scores.reference),
                              candidate = calibrated(scores.candidate);
    out.auc = area_under_curve(std::vector<float>(reference.begin(), reference.end()),
                               std::vector<float>(candidate.begin(), candidate.end()));
    out.jsd = divergence(reference, candidate);
    out.auc_error = area_standard_error(scores.reference, scores.candidate);
    out.uncalibrated_auc = area_under_curve(scores.reference, scores.candidate);
    out.uncalibrated_jsd = divergence_of_scores(scores.reference, scores.candidate);
}

FoldSplit parts(const std::array<std::size_t, 3>& split) {
    FoldSplit out;
    std::size_t next = 0;
    const auto take = [&](std::vector<std::size_t>& part, std::size_t count) {
        part.resize(count);
        std::iota(part.begin(), part.end(), next);
        next += count;
    };
    take(out.training, split[0]);
    take(out.validation, split[1]);
    take(out.test, split[2]);
    return out;
}

}  // namespace

core::Json SplitResult::json() const {
    const auto number = [](const std::optional<double>& value) {
        return value ? core::Json(*value) : core::Json();
    };
    core::Json out = {{"name", name},
                      {"auc", number(auc)},
                      {"jsd", number(jsd)},
                      {"auc_error", number(auc_error)},
                      {"uncalibrated_auc", number(uncalibrated_auc)},
                      {"uncalibrated_jsd", number(uncalibrated_jsd)}};
    if (!reason.empty()) out["reason"] = reason;
    out["showers"] = {{"training", split[0]}, {"choosing", split[1]}, {"figures", split[2]}};
    out["features"] = features;
    out["epochs"] = epochs;
    out["best_epoch"] = best_epoch;
    out["accuracy"] = accuracy;
    out["seconds"] = seconds;
    return out;
}

ClassifierConfig published_classifier() {
    ClassifierConfig config = reference_classifier();
    config.as_published = true;
    return config;
}

std::array<std::size_t, 3> split_of(const DataSet& set, std::size_t samples) {
    std::array<std::size_t, 3> out = set.split;
    if (samples < out[0] + out[1] + out[2]) {
        const auto n = static_cast<double>(samples);
        out = {static_cast<std::size_t>(0.6 * n), static_cast<std::size_t>(0.2 * n), 0};
    }
    out[2] = samples - out[0] - out[1];
    return out;
}

SplitResult classify_split(const FeatureMatrix& reference, const FeatureMatrix& candidate, const DataSet& set,
                           const ClassifierConfig& config, const Judge& judge, std::uint64_t training,
                           const OnEpoch& on_epoch) {
    config.check();
    const auto start = core::Clock::now();
    SplitResult out;
    out.features = reference.columns;
    const std::size_t samples = std::min({reference.rows(), candidate.rows(), config.max_samples});
    if (samples < classifier_needs) {
        out.reason = too_few(reference.rows(), candidate.rows(), config.word);
        return out;
    }
    out.split = split_of(set, samples);
    const auto reference_rows = choose_rows(reference.rows(), samples, config.seed);
    const auto candidate_rows = choose_rows(candidate.rows(), samples, config.seed ^ other_set);
    const FoldData data{reference, candidate, reference_rows, candidate_rows};
    try {
        const FoldScores scores = judge.train(data, parts(out.split), config, training, on_epoch);
        out.epochs = scores.epochs;
        out.best_epoch = scores.best_epoch;
        out.accuracy = scores.validation_accuracy;
        judge_scores(scores, out);
    } catch (const DivergedError& error) {
        out.reason = error.what();
    }
    out.seconds = core::seconds_since(start);
    return out;
}

}  // namespace caloforge::validate::calochallenge
