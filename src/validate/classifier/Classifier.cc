#include "validate/classifier/Classifier.hh"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "core/Clock.hh"
#include "core/Error.hh"
#include "validate/classifier/Folds.hh"
#include "validate/statistics/Auc.hh"
#include "validate/statistics/SampleChoice.hh"

namespace caloforge::validate {
namespace {

using core::Clock;
using core::seconds_since;

/// Of one repetition: every sample scored once.
struct Repetition {
    double auc = 0;       ///< mean over the folds, weighted with their sizes
    double variance = 0;  ///< of it, from the samples tested
    double jsd = 0;
};

double mean_of(const std::vector<Repetition>& repetitions, double Repetition::*member) {
    const double sum = std::accumulate(repetitions.begin(), repetitions.end(), 0.0,
                                       [&](double s, const Repetition& r) { return s + r.*member; });
    return sum / static_cast<double>(repetitions.size());
}

/// The samples tested, and a share for what differs from training to training.
double total_uncertainty(const std::vector<Repetition>& repetitions) {
    const double n = static_cast<double>(repetitions.size());
    double variance = mean_of(repetitions, &Repetition::variance);
    if (repetitions.size() > 1) {
        const double mean = mean_of(repetitions, &Repetition::auc);
        double squares = 0;
        for (const Repetition& r : repetitions) squares += (r.auc - mean) * (r.auc - mean);
        variance += squares / (n - 1) / n;
    }
    return std::sqrt(variance);
}

/// Fitted to the validation part and one more sample of the wrong set at each end of the scores, so that k
/// candidates on top give the probability k / (k + 1), not certainty: without these, the few test samples
/// beyond a pure end would decide the divergence.
IsotonicCalibration calibrate(const FoldScores& fold) {
    std::vector<float> scores = fold.validation;
    std::vector<float> labels = fold.validation_labels;
    const auto [lowest, highest] = std::minmax_element(fold.validation.begin(), fold.validation.end());
    scores.insert(scores.end(), {*lowest, *highest});
    labels.insert(labels.end(), {1.0F, 0.0F});
    return {scores, labels};
}

/// All trainings of one classification, one after the other.
class Trainer {
  public:
    Trainer(FoldData data, const ClassifierConfig& config, const Judge& judge, const ReportProgress& report,
            std::size_t trainings)
        : data_(data), config_(config), judge_(judge), report_(report), trainings_(trainings) {}

    /// The first `samples` of both sets, each scored once. Adds to the ROC curve where one is given.
    Repetition repeat(std::size_t samples, std::uint64_t repetition, RocMean* roc) {
        const Folds folds(samples, config_.folds, config_.validation_share, config_.seed, repetition);
        Repetition out;
        std::vector<double> reference;
        std::vector<double> candidate;
        for (std::size_t fold = 0; fold < folds.size(); ++fold) {
            const FoldScores scores = train(folds.split(fold));
            const double share = static_cast<double>(scores.reference.size()) / static_cast<double>(samples);
            const double error = area_standard_error(scores.reference, scores.candidate);
            out.auc += share * area_under_curve(scores.reference, scores.candidate);
            out.variance += share * share * error * error;
            const IsotonicCalibration calibration = calibrate(scores);
            for (const float score : scores.reference) reference.push_back(calibration(score));
            for (const float score : scores.candidate) candidate.push_back(calibration(score));
            if (roc != nullptr) roc->add(scores.reference, scores.candidate, share);
        }
        out.jsd = jensen_shannon(reference, candidate);
        return out;
    }

    double mean_epochs() const { return static_cast<double>(epochs_) / static_cast<double>(done_); }
    double longest_seconds() const { return longest_; }

  private:
    FoldScores train(const FoldSplit& split) {
        const auto start = Clock::now();
        const auto on_epoch = [&](std::size_t epoch, double loss) {
            if (report_) report_({done_ + 1, trainings_, epoch, judge_.max_epochs(config_), loss});
        };
        FoldScores scores = judge_.train(data_, split, config_, done_, on_epoch);
        ++done_;
        epochs_ += scores.epochs;
        longest_ = std::max(longest_, seconds_since(start));
        return scores;
    }

    FoldData data_;
    const ClassifierConfig& config_;
    const Judge& judge_;
    const ReportProgress& report_;
    std::size_t trainings_;
    std::size_t done_ = 0;
    std::size_t epochs_ = 0;
    double longest_ = 0;
};

/// Samples of each set at the points of the learning curve, the full number last.
std::vector<std::size_t> curve_sizes(std::size_t samples, const ClassifierConfig& config) {
    std::vector<std::size_t> sizes;
    for (const double share : config.curve) {
        const auto size = static_cast<std::size_t>(share * static_cast<double>(samples));
        if (size >= classifier_needs && size < samples) sizes.push_back(size);
    }
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    sizes.push_back(samples);
    return sizes;
}

}  // namespace

std::string too_few(std::size_t reference, std::size_t candidate, const std::string& word) {
    return fmt::format("{} reference and {} candidate {}; a classifier needs {} of each", reference,
                       candidate, word, classifier_needs);
}

core::Json ClassifierResult::json() const {
    core::Json out = {{"auc", nullptr}, {"uncertainty", nullptr}, {"jsd", nullptr}};
    if (auc) out["auc"] = *auc;
    if (uncertainty) out["uncertainty"] = *uncertainty;
    if (jsd) out["jsd"] = *jsd;
    if (!reason.empty()) out["reason"] = reason;
    out["learning_curve"] = core::Json::array();
    for (const LearningPoint& point : learning_curve) {
        out["learning_curve"].push_back(
            {{"showers", point.samples}, {"auc", point.auc}, {"uncertainty", point.uncertainty}});
    }
    out["roc"] = roc.json();
    out["showers"] = samples;
    out["judge"] = judge;
    out["judges"] = core::Json::array();
    for (const JudgeFigure& one : judges)
        out["judges"].push_back({{"judge", one.judge}, {"auc", one.auc}, {"uncertainty", one.uncertainty}});
    out["features"] = features;
    out["trainings"] = trainings;
    out["epochs"] = epochs;
    out["longest_training_seconds"] = longest_seconds;
    out["seconds"] = seconds;
    return out;
}

ClassifierResult classify(const FeatureMatrix& reference, const FeatureMatrix& candidate,
                          const ClassifierConfig& config, const Judge& judge, const ReportProgress& report) {
    config.check();
    if (reference.columns != candidate.columns) {
        throw core::InputError(fmt::format(
            "the reference has {} features, the candidate {} (they must be the same). Different grids?",
            reference.columns, candidate.columns));
    }
    const auto start = Clock::now();
    ClassifierResult out;
    out.judge = judge.name();
    out.features = reference.columns;
    out.samples = std::min({reference.rows(), candidate.rows(), config.max_samples});
    if (out.samples < classifier_needs) {
        out.reason = too_few(reference.rows(), candidate.rows(), config.word);
        return out;
    }
    const std::vector<std::size_t> sizes = curve_sizes(out.samples, config);
    const std::size_t seeds = config.seeds_for(out.samples);
    out.trainings = config.folds * ((sizes.size() - 1) * config.curve_seeds + seeds);
    const auto reference_rows = choose_rows(reference.rows(), out.samples, config.seed);
    const auto candidate_rows = choose_rows(candidate.rows(), out.samples, config.seed);

    Trainer trainer({reference, candidate, reference_rows, candidate_rows}, config, judge, report,
                    out.trainings);
    RocMean roc;
    for (const std::size_t size : sizes) {
        const bool all = size == out.samples;
        std::vector<Repetition> repetitions;
        for (std::size_t i = 0; i < (all ? seeds : config.curve_seeds); ++i)
            repetitions.push_back(trainer.repeat(size, i, all ? &roc : nullptr));
        out.learning_curve.push_back(
            {size, mean_of(repetitions, &Repetition::auc), total_uncertainty(repetitions)});
        if (all) out.jsd = mean_of(repetitions, &Repetition::jsd);
    }
    out.auc = out.learning_curve.back().auc;
    out.uncertainty = out.learning_curve.back().uncertainty;
    out.roc = roc.curve();
    out.epochs = trainer.mean_epochs();
    out.longest_seconds = trainer.longest_seconds();
    out.seconds = seconds_since(start);
    return out;
}

}  // namespace caloforge::validate
