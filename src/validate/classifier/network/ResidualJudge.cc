#include "validate/classifier/network/ResidualJudge.hh"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "validate/classifier/network/NetworkTraining.hh"

namespace caloforge::validate {
namespace {

using torch::Tensor;

/// PyTorch's defaults.
constexpr double norm_momentum = 0.1, norm_margin = 1e-5;
/// Width of the first convolution, cells.
constexpr std::int64_t entry_kernel = 7;
/// Channels of the four stages, each of two blocks of two convolutions.
constexpr std::array<std::int64_t, 4> stage_channels = {32, 64, 64, 128};
constexpr std::size_t blocks_per_stage = 2;

struct Convolution {
    Tensor weight;
    std::int64_t stride = 1;
    Tensor operator()(const Tensor& x) const {
        return torch::conv3d(x, weight, {}, stride, weight.size(2) / 2);
    }
};

struct Normalisation {
    Tensor weight, bias, mean, variance;
    Tensor operator()(const Tensor& x, bool training) const {
        // One sample has no variance to learn from.
        const bool by_batch = training && x.size(0) > 1;
        return torch::batch_norm(x, weight, bias, mean, variance, by_batch, norm_momentum, norm_margin,
                                 false);
    }
};

struct Shortcut {
    Convolution convolution;
    Normalisation norm;
};

struct Block {
    Convolution first;
    Normalisation first_norm;
    Convolution second;
    Normalisation second_norm;
    std::optional<Shortcut> shortcut;

    Tensor operator()(const Tensor& x, bool training) const {
        Tensor y = torch::relu(first_norm(first(x), training));
        y = second_norm(second(y), training);
        return torch::relu(y + (shortcut ? shortcut->norm(shortcut->convolution(x), training) : x));
    }
};

class ResidualNetwork : public ScoreNetwork {
  public:
    ResidualNetwork(const ClassifierConfig& config, std::uint64_t training)
        : ScoreNetwork(config.learning_rate, config.seed, training) {
        for (std::size_t axis = 0; axis < picture_.size(); ++axis)
            picture_[axis] = static_cast<std::int64_t>(config.picture[axis]);
        entry_ = convolution(1, stage_channels[0], entry_kernel, 2);
        entry_norm_ = normalisation(stage_channels[0]);
        std::int64_t channels = stage_channels[0];
        for (std::size_t stage = 0; stage < stage_channels.size(); ++stage) {
            for (std::size_t i = 0; i < blocks_per_stage; ++i) {
                // Every stage but the first halves the picture.
                blocks_.push_back(block(channels, stage_channels[stage], i == 0 && stage > 0 ? 2 : 1));
                channels = stage_channels[stage];
            }
        }
        const double limit = 1 / std::sqrt(static_cast<double>(channels + 1));
        weight_ = add_uniform(std::array<std::int64_t, 2>{1, channels + 1}, limit);
        bias_ = add_uniform(std::array<std::int64_t, 1>{1}, limit);
        energy_norm_ = normalisation(1);
    }

    Tensor scores(const Tensor& features, bool training) override {
        const Tensor energy = energy_norm_(features.narrow(1, 0, 1), training);
        Tensor x = features.narrow(1, 1, features.size(1) - 1)
                       .reshape({features.size(0), 1, picture_[0], picture_[1], picture_[2]});
        x = torch::max_pool3d(torch::relu(entry_norm_(entry_(x), training)), 3, 2, 1);
        for (const Block& block : blocks_) x = block(x, training);
        x = torch::cat({x.mean({2, 3, 4}), energy}, 1);
        return torch::linear(x, weight_, bias_).squeeze(1);
    }

  private:
    /// Normal weights that keep the variance of what flows back through ReLUs (He et al., ICCV 2015).
    Convolution convolution(std::int64_t in, std::int64_t out, std::int64_t size, std::int64_t stride) {
        const double fan_out = static_cast<double>(out * size * size * size);
        return {add_normal(std::array{out, in, size, size, size}, std::sqrt(2 / fan_out)), stride};
    }
    Normalisation normalisation(std::int64_t channels) {
        const std::array shape{channels};
        return {add_constant(shape, 1), add_constant(shape, 0), add_state(shape, 0), add_state(shape, 1)};
    }
    Block block(std::int64_t in, std::int64_t out, std::int64_t stride) {
        Block made{convolution(in, out, 3, stride), normalisation(out), convolution(out, out, 3, 1),
                   normalisation(out), std::nullopt};
        if (stride != 1 || in != out)
            made.shortcut = Shortcut{convolution(in, out, 1, stride), normalisation(out)};
        return made;
    }

    std::array<std::int64_t, 3> picture_{};
    Convolution entry_;
    Normalisation entry_norm_;
    std::vector<Block> blocks_;
    Tensor weight_, bias_;
    Normalisation energy_norm_;
};

}  // namespace

FoldScores ResidualJudge::train(const FoldData& data, const FoldSplit& split, const ClassifierConfig& config,
                                std::uint64_t training, const OnEpoch& on_epoch) const {
    const std::size_t cells = config.picture[0] * config.picture[1] * config.picture[2];
    if (cells == 0 || data.reference.columns != cells + 1) {
        throw core::InputError(
            fmt::format("{} features are no energy and {} cells. A picture of another shape?",
                        data.reference.columns, cells));
    }
    // oneDNN (of libtorch 2.13) writes beyond its memory in such a convolution's gradient.
    if (*std::ranges::min_element(config.picture) < static_cast<std::size_t>(entry_kernel)) {
        throw core::InputError(
            fmt::format("a picture of {} x {} x {} cells is narrower than the {} of the first "
                        "convolution. A picture with more cells?",
                        config.picture[0], config.picture[1], config.picture[2], entry_kernel));
    }
    ResidualNetwork network(config, training);
    return train_network(network, data, split, config, training, on_epoch);
}

}  // namespace caloforge::validate
