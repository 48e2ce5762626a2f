#include "validate/classifier/network/NetworkJudge.hh"

#include <torch/torch.h>

#include <array>
#include <cmath>

#include "validate/classifier/network/NetworkTraining.hh"

namespace caloforge::validate {
namespace {

using torch::Tensor;

/// Dense layers with LeakyReLU between.
class DenseNetwork : public ScoreNetwork {
  public:
    DenseNetwork(std::size_t columns, const ClassifierConfig& config, std::uint64_t training)
        : ScoreNetwork(config.learning_rate, config.seed, training) {
        for (std::size_t layer = 0; layer < config.hidden_layers + 2; ++layer) {
            const auto in = static_cast<std::int64_t>(layer == 0 ? columns : config.width);
            const auto out = static_cast<std::int64_t>(layer == config.hidden_layers + 1 ? 1 : config.width);
            const double limit = 1 / std::sqrt(static_cast<double>(in));
            weights_.push_back(add_uniform(std::array{out, in}, limit));
            biases_.push_back(add_uniform(std::array{out}, limit));
        }
    }

    Tensor scores(const Tensor& features, bool) override {
        Tensor x = features;
        for (std::size_t i = 0; i + 1 < weights_.size(); ++i)
            x = torch::leaky_relu(torch::linear(x, weights_[i], biases_[i]), 0.01);
        return torch::linear(x, weights_.back(), biases_.back()).squeeze(1);
    }

  private:
    std::vector<Tensor> weights_, biases_;
};

}  // namespace

FoldScores NetworkJudge::train(const FoldData& data, const FoldSplit& split, const ClassifierConfig& config,
                               std::uint64_t training, const OnEpoch& on_epoch) const {
    DenseNetwork network(data.reference.columns, config, training);
    return train_network(network, data, split, config, training, on_epoch);
}

}  // namespace caloforge::validate
