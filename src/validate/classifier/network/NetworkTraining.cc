#include "validate/classifier/network/NetworkTraining.hh"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "core/Machine.hh"
#include "validate/classifier/network/Standardisation.hh"

namespace caloforge::validate {
namespace {

using torch::Tensor;

constexpr std::size_t smallest_batch = 32;
constexpr std::size_t scored_at_once = 1024;
/// A loss at which the sets are told apart for certain; further epochs would only sharpen the scores.
constexpr double perfect_loss = 1e-3;

std::int64_t signed_size(std::size_t n) {
    return static_cast<std::int64_t>(n);
}

/// libtorch's number of threads, put back at the end.
class ThreadScope {
  public:
    explicit ThreadScope(std::size_t threads) : before_(at::get_num_threads()) {
        const std::size_t most = std::min(static_cast<std::size_t>(before_), core::thread_count(0));
        at::set_num_threads(static_cast<int>(threads > 0 ? threads : most));
    }
    ~ThreadScope() {
        if (at::get_num_threads() != before_) at::set_num_threads(before_);
    }
    ThreadScope(const ThreadScope&) = delete;
    ThreadScope& operator=(const ThreadScope&) = delete;

  private:
    int before_;
};

/// A sample of the split with its label.
struct Example {
    std::size_t sample;
    bool candidate;
};

std::vector<Example> examples_of(std::span<const std::size_t> samples) {
    std::vector<Example> out;
    for (const bool candidate : {false, true}) {
        for (const std::size_t sample : samples) out.push_back({sample, candidate});
    }
    return out;
}

std::vector<std::size_t> rows_of(std::span<const std::size_t> rows, std::span<const std::size_t> samples) {
    std::vector<std::size_t> out(samples.size());
    std::transform(samples.begin(), samples.end(), out.begin(), [&](std::size_t i) { return rows[i]; });
    return out;
}

/// Fills batches of standardised features.
class BatchMaker {
  public:
    BatchMaker(const FoldData& data, const FoldSplit& split)
        : data_(data),
          standardisation_(data.reference, data.candidate, rows_of(data.reference_rows, split.training),
                           rows_of(data.candidate_rows, split.training)) {}

    /// (N, features) float32, valid until the next call.
    Tensor features(std::span<const Example> examples) {
        const std::int64_t columns = signed_size(data_.reference.columns);
        const std::int64_t n = signed_size(examples.size());
        if (!buffer_.defined() || buffer_.size(0) < n) buffer_ = torch::empty({n, columns});
        float* out = buffer_.data_ptr<float>();
        at::parallel_for(0, n, 16, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                const Example& example = examples[static_cast<std::size_t>(i)];
                const auto row = example.candidate
                                     ? data_.candidate.row(data_.candidate_rows[example.sample])
                                     : data_.reference.row(data_.reference_rows[example.sample]);
                standardisation_.apply(row, {out + i * columns, row.size()});
            }
        });
        return buffer_.narrow(0, 0, n);
    }

    /// (N) float32: 0 reference, 1 candidate.
    static Tensor labels(std::span<const Example> examples) {
        Tensor out = torch::empty({signed_size(examples.size())});
        std::transform(examples.begin(), examples.end(), out.data_ptr<float>(),
                       [](const Example& example) { return example.candidate ? 1.0F : 0.0F; });
        return out;
    }

  private:
    const FoldData& data_;
    Standardisation standardisation_;
    Tensor buffer_;
};

std::vector<float> score(ScoreNetwork& network, BatchMaker& maker, std::span<const Example> examples) {
    const torch::NoGradGuard no_grad;
    std::vector<float> out;
    for (std::size_t first = 0; first < examples.size(); first += scored_at_once) {
        const auto part = examples.subspan(first, std::min(scored_at_once, examples.size() - first));
        const Tensor scores = network.scores(maker.features(part), false).contiguous();
        out.insert(out.end(), scores.data_ptr<float>(), scores.data_ptr<float>() + scores.numel());
    }
    return out;
}

/// Mean binary cross-entropy of logits: ln(1 + e^-s) for candidates, ln(1 + e^s) for the reference.
double cross_entropy(std::span<const float> scores, std::span<const Example> examples) {
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const double s = static_cast<double>(examples[i].candidate ? -scores[i] : scores[i]);
        sum += std::max(s, 0.0) + std::log1p(std::exp(-std::abs(s)));
    }
    return sum / static_cast<double>(scores.size());
}

/// Share of the samples on the right side of zero; zero counts as reference.
double accuracy(std::span<const float> scores, std::span<const Example> examples) {
    std::size_t right = 0;
    for (std::size_t i = 0; i < scores.size(); ++i)
        right += (scores[i] > 0) == examples[i].candidate ? 1U : 0U;
    return static_cast<double>(right) / static_cast<double>(scores.size());
}

/// Where each batch of an epoch begins, and the end.
std::vector<std::size_t> batch_limits(std::size_t examples, const ClassifierConfig& config) {
    std::vector<std::size_t> out;
    if (config.as_published) {
        for (std::size_t first = 0; first < examples; first += config.batch) out.push_back(first);
        out.push_back(examples);
        return out;
    }
    const std::size_t batch = std::min(
        config.batch, std::max(smallest_batch, examples / std::max<std::size_t>(config.least_steps, 1)));
    const std::size_t batches = std::max<std::size_t>(1, (examples + batch - 1) / batch);
    for (std::size_t b = 0; b <= batches; ++b) out.push_back(b * examples / batches);
    return out;
}

void train_epoch(ScoreNetwork& network, BatchMaker& maker, std::span<const Example> training,
                 const std::vector<std::size_t>& limits) {
    for (std::size_t b = 0; b + 1 < limits.size(); ++b) {
        const auto part = training.subspan(limits[b], limits[b + 1] - limits[b]);
        network.step(torch::binary_cross_entropy_with_logits(network.scores(maker.features(part), true),
                                                             BatchMaker::labels(part)));
    }
}

}  // namespace

FoldScores train_network(ScoreNetwork& network, const FoldData& data, const FoldSplit& split,
                         const ClassifierConfig& config, std::uint64_t training, const OnEpoch& on_epoch) {
    const ThreadScope threads(config.threads);
    BatchMaker maker(data, split);
    const std::vector<Example> fitted = examples_of(split.training);
    const std::vector<Example> watched = examples_of(split.validation);
    const std::vector<Example> tested = examples_of(split.test);
    const std::vector<std::size_t> limits = batch_limits(fitted.size(), config);

    FoldScores out;
    std::vector<Example> shuffled_examples(fitted.size());
    for (std::size_t epoch = 1; epoch <= config.max_epochs; ++epoch) {
        const auto order = shuffled(fitted.size(), config.seed, (training << 32) + epoch, batch_stream);
        std::transform(order.begin(), order.end(), shuffled_examples.begin(),
                       [&](std::size_t i) { return fitted[i]; });
        train_epoch(network, maker, shuffled_examples, limits);
        std::vector<float> scores = score(network, maker, watched);
        const double loss = cross_entropy(scores, watched);
        if (!std::isfinite(loss)) {
            throw DivergedError(
                fmt::format("a classifier's loss is not finite after {} epochs (features of very different "
                            "sizes?). Lower the learning rate?",
                            epoch));
        }
        out.epochs = epoch;
        const double right = accuracy(scores, watched);
        const bool better =
            config.as_published ? right > out.validation_accuracy : loss < out.validation_loss;
        if (epoch == 1 || better) {
            out.best_epoch = epoch;
            out.validation_loss = loss;
            out.validation_accuracy = right;
            out.validation = std::move(scores);
            network.remember();
        }
        if (on_epoch) on_epoch(epoch, loss);
        const bool perfect =
            config.as_published ? out.validation_accuracy >= 1 : out.validation_loss < perfect_loss;
        const bool tired =
            !config.as_published && epoch - out.best_epoch >= config.patience_for(limits.size() - 1);
        if (perfect || tired) break;
    }
    network.go_back();
    for (const Example& example : watched) out.validation_labels.push_back(example.candidate ? 1.0F : 0.0F);
    const std::vector<float> scores = score(network, maker, tested);
    const auto middle = scores.begin() + static_cast<std::ptrdiff_t>(split.test.size());
    out.reference.assign(scores.begin(), middle);
    out.candidate.assign(middle, scores.end());
    return out;
}

}  // namespace caloforge::validate
