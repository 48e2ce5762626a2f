#include "validate/classifier/trees/TreeJudge.hh"

#include <fmt/format.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/Error.hh"

namespace caloforge::validate {
namespace {

constexpr std::size_t most_trees = 400;
constexpr std::size_t patience = 25;  ///< trees without a lower loss
constexpr float missing = std::numeric_limits<float>::quiet_NaN();

void must(int status) {
    if (status != 0) throw core::RunError(fmt::format("XGBoost cannot go on ({}).", XGBGetLastError()));
}

/// Some samples of both sets with their labels, reference first.
class Part {
  public:
    Part(const FoldData& data, std::span<const std::size_t> samples) : count_(samples.size()) {
        const std::size_t columns = data.reference.columns;
        std::vector<float> rows;
        rows.reserve(2 * samples.size() * columns);
        const auto add = [&](const FeatureMatrix& set, std::span<const std::size_t> of) {
            for (const std::size_t sample : samples) {
                // What is not finite counts as missing.
                for (const float value : set.row(of[sample]))
                    rows.push_back(std::isfinite(value) ? value : missing);
            }
        };
        add(data.reference, data.reference_rows);
        add(data.candidate, data.candidate_rows);
        labels_.assign(2 * count_, 0.0F);
        std::fill(labels_.begin() + static_cast<std::ptrdiff_t>(count_), labels_.end(), 1.0F);
        must(XGDMatrixCreateFromMat(rows.data(), 2 * count_, columns, missing, &handle_));
        must(XGDMatrixSetFloatInfo(handle_, "label", labels_.data(), labels_.size()));
    }
    ~Part() { XGDMatrixFree(handle_); }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

    DMatrixHandle handle() const { return handle_; }
    const std::vector<float>& labels() const { return labels_; }
    std::size_t of_each() const { return count_; }

  private:
    std::size_t count_;
    std::vector<float> labels_;
    DMatrixHandle handle_ = nullptr;
};

class Trees {
  public:
    Trees(const Part& fitted, const Part& watched, std::uint64_t seed) {
        const DMatrixHandle parts[] = {fitted.handle(), watched.handle()};
        must(XGBoosterCreate(parts, 2, &handle_));
        for (const auto& [name, value] : {std::pair<const char*, std::string>{"objective", "binary:logistic"},
                                          {"tree_method", "hist"},
                                          {"grow_policy", "lossguide"},
                                          {"max_depth", "0"},
                                          {"max_leaves", "31"},
                                          {"eta", "0.06"},
                                          {"min_child_weight", "5"},
                                          {"nthread", "1"},
                                          {"verbosity", "0"},
                                          {"seed", std::to_string(seed % 1000000007)}})
            must(XGBoosterSetParam(handle_, name, value.c_str()));
    }
    ~Trees() { XGBoosterFree(handle_); }
    Trees(const Trees&) = delete;
    Trees& operator=(const Trees&) = delete;

    void grow(std::size_t number, const Part& fitted) {
        must(XGBoosterUpdateOneIter(handle_, static_cast<int>(number), fitted.handle()));
    }
    /// Logits by the first `trees` trees.
    std::vector<float> scores(const Part& part, std::size_t trees) const {
        const std::string options = fmt::format(
            R"({{"type": 1, "training": false, "iteration_begin": 0, "iteration_end": {}, "strict_shape": false}})",
            trees);
        const bst_ulong* shape = nullptr;
        bst_ulong axes = 0;
        const float* values = nullptr;
        must(XGBoosterPredictFromDMatrix(handle_, part.handle(), options.c_str(), &shape, &axes, &values));
        return {values, values + 2 * part.of_each()};
    }

  private:
    BoosterHandle handle_ = nullptr;
};

double cross_entropy(const std::vector<float>& logits, const std::vector<float>& labels) {
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const double towards = labels[i] > 0.5F ? -logits[i] : logits[i];
        sum += std::max(towards, 0.0) + std::log1p(std::exp(-std::abs(towards)));
    }
    return sum / static_cast<double>(logits.size());
}

}  // namespace

std::size_t TreeJudge::max_epochs(const ClassifierConfig&) const {
    return most_trees;
}

FoldScores TreeJudge::train(const FoldData& data, const FoldSplit& split, const ClassifierConfig& config,
                            std::uint64_t training, const OnEpoch& on_epoch) const {
    const Part fitted(data, split.training), watched(data, split.validation), tested(data, split.test);
    Trees trees(fitted, watched, config.seed + training);
    FoldScores out;
    out.validation_labels = watched.labels();
    for (std::size_t tree = 1; tree <= most_trees; ++tree) {
        trees.grow(tree - 1, fitted);
        std::vector<float> scores = trees.scores(watched, tree);
        const double loss = cross_entropy(scores, out.validation_labels);
        out.epochs = tree;
        if (tree == 1 || loss < out.validation_loss) {
            out.best_epoch = tree;
            out.validation_loss = loss;
            out.validation = std::move(scores);
        }
        if (on_epoch) on_epoch(tree, loss);
        if (tree - out.best_epoch >= patience) break;
    }
    const std::vector<float> scores = trees.scores(tested, out.best_epoch);
    const auto middle = scores.begin() + static_cast<std::ptrdiff_t>(tested.of_each());
    out.reference.assign(scores.begin(), middle);
    out.candidate.assign(middle, scores.end());
    return out;
}

}  // namespace caloforge::validate
