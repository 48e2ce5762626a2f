#include "validate/classifier/network/NetworkJudge.hh"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"
#include "core/Machine.hh"
#include "core/Random.hh"
#include "validate/classifier/network/Standardisation.hh"

namespace caloforge::validate {
namespace {

using torch::Tensor;

constexpr std::size_t tensors_per_training = 64;
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

/// The network with its optimiser.
class ScoreNetwork {
  public:
    ScoreNetwork(std::size_t columns, const ClassifierConfig& config, std::uint64_t training)
        : learning_rate_(config.learning_rate) {
        for (std::size_t layer = 0; layer < config.hidden_layers + 2; ++layer) {
            const std::size_t in = layer == 0 ? columns : config.width;
            const std::size_t out = layer == config.hidden_layers + 1 ? 1 : config.width;
            add(torch::empty({signed_size(out), signed_size(in)}), in, config.seed, training);
            add(torch::empty({signed_size(out)}), in, config.seed, training);
        }
    }

    /// Logits (N) of features (N, columns).
    Tensor scores(const Tensor& features) const {
        Tensor x = features;
        for (std::size_t i = 0; i + 2 < parameters_.size(); i += 2)
            x = torch::leaky_relu(torch::linear(x, parameters_[i], parameters_[i + 1]), 0.01);
        return torch::linear(x, parameters_[parameters_.size() - 2], parameters_.back()).squeeze(1);
    }

    /// One step of Adam (Kingma and Ba 2014) down the gradient of `loss`.
    void step(const Tensor& loss) {
        const auto gradients = torch::autograd::grad({loss}, parameters_);
        const torch::NoGradGuard no_grad;
        for (Tensor& step : steps_) step.add_(1);
        torch::_fused_adam_(parameters_, gradients, means_, squares_, {}, steps_, learning_rate_, 0.9, 0.999,
                            0.0, 1e-8, false, false);
    }

    void remember() {
        const torch::NoGradGuard no_grad;
        best_.resize(parameters_.size());
        for (std::size_t i = 0; i < parameters_.size(); ++i) best_[i] = parameters_[i].detach().clone();
    }
    void go_back() {
        const torch::NoGradGuard no_grad;
        for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i].copy_(best_[i]);
    }

  private:
    /// Weights and biases uniform within 1 / sqrt(inputs), as PyTorch's Linear starts.
    void add(Tensor tensor, std::size_t inputs, std::uint64_t seed, std::uint64_t training) {
        const core::RandomStream random(seed, training * tensors_per_training + parameters_.size(),
                                        first_weight_stream);
        random.uniform({tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
        const double limit = 1 / std::sqrt(static_cast<double>(inputs));
        tensor.mul_(2 * limit).sub_(limit);
        means_.push_back(torch::zeros_like(tensor));
        squares_.push_back(torch::zeros_like(tensor));
        steps_.push_back(torch::zeros({}));
        parameters_.push_back(tensor.requires_grad_());
    }

    double learning_rate_;
    std::vector<Tensor> parameters_;  ///< weight, bias, layer by layer
    std::vector<Tensor> means_, squares_, steps_;
    std::vector<Tensor> best_;
};

std::vector<float> score(const ScoreNetwork& network, BatchMaker& maker, std::span<const Example> examples) {
    const torch::NoGradGuard no_grad;
    std::vector<float> out;
    for (std::size_t first = 0; first < examples.size(); first += scored_at_once) {
        const auto part = examples.subspan(first, std::min(scored_at_once, examples.size() - first));
        const Tensor scores = network.scores(maker.features(part)).contiguous();
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

void train_epoch(ScoreNetwork& network, BatchMaker& maker, std::span<const Example> training,
                 std::size_t batches) {
    for (std::size_t b = 0; b < batches; ++b) {
        const std::size_t first = b * training.size() / batches;
        const auto part = training.subspan(first, (b + 1) * training.size() / batches - first);
        network.step(torch::binary_cross_entropy_with_logits(network.scores(maker.features(part)),
                                                             BatchMaker::labels(part)));
    }
}

std::size_t batches_per_epoch(std::size_t examples, const ClassifierConfig& config) {
    const std::size_t batch = std::min(
        config.batch, std::max(smallest_batch, examples / std::max<std::size_t>(config.least_steps, 1)));
    return std::max<std::size_t>(1, (examples + batch - 1) / batch);
}

}  // namespace

FoldScores NetworkJudge::train(const FoldData& data, const FoldSplit& split, const ClassifierConfig& config,
                               std::uint64_t training, const OnEpoch& on_epoch) const {
    const ThreadScope threads(config.threads);
    BatchMaker maker(data, split);
    ScoreNetwork network(data.reference.columns, config, training);
    const std::vector<Example> fitted = examples_of(split.training);
    const std::vector<Example> watched = examples_of(split.validation);
    const std::vector<Example> tested = examples_of(split.test);
    const std::size_t batches = batches_per_epoch(fitted.size(), config);

    FoldScores out;
    std::vector<Example> shuffled_examples(fitted.size());
    for (std::size_t epoch = 1; epoch <= config.max_epochs; ++epoch) {
        const auto order = shuffled(fitted.size(), config.seed, (training << 32) + epoch, batch_stream);
        std::transform(order.begin(), order.end(), shuffled_examples.begin(),
                       [&](std::size_t i) { return fitted[i]; });
        train_epoch(network, maker, shuffled_examples, batches);
        std::vector<float> scores = score(network, maker, watched);
        const double loss = cross_entropy(scores, watched);
        if (!std::isfinite(loss)) {
            throw core::RunError(
                fmt::format("a classifier's loss is not finite after {} epochs (features of very different "
                            "sizes?). Lower the learning rate?",
                            epoch));
        }
        out.epochs = epoch;
        if (epoch == 1 || loss < out.validation_loss) {
            out.best_epoch = epoch;
            out.validation_loss = loss;
            out.validation = std::move(scores);
            network.remember();
        }
        if (on_epoch) on_epoch(epoch, loss);
        if (out.validation_loss < perfect_loss || epoch - out.best_epoch >= config.patience_for(batches))
            break;
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
