#pragma once

#include <cstdint>
#include <memory>
#include <span>

// libtorch's own headers stay in the sources: they cost half a minute each.
namespace at {
class Tensor;
}

namespace caloforge::validate {

/// A network that gives every sample a score, with its optimiser, Adam (Kingma and Ba 2014) of (0.9, 0.999,
/// 1e-8). Those derived from it add their tensors once. Float32. One thread at a time.
class ScoreNetwork {
  public:
    virtual ~ScoreNetwork();
    ScoreNetwork(const ScoreNetwork&) = delete;
    ScoreNetwork& operator=(const ScoreNetwork&) = delete;

    /// Logits (N) of features (N, columns); `training`: batch normalisation goes by the batch and learns.
    virtual at::Tensor scores(const at::Tensor& features, bool training) = 0;

    /// One step down the gradient of `loss`.
    void step(const at::Tensor& loss);
    /// Keeps the weights as they are, and takes them back.
    void remember();
    void go_back();

  protected:
    /// `training` numbers the random streams of the initial weights.
    ScoreNetwork(double learning_rate, std::uint64_t seed, std::uint64_t training);

    using Shape = std::span<const std::int64_t>;
    /// Uniform within +- limit, as PyTorch's Linear starts with 1 / sqrt(inputs).
    at::Tensor add_uniform(Shape shape, double limit);
    /// Normal, of that standard deviation.
    at::Tensor add_normal(Shape shape, double deviation);
    at::Tensor add_constant(Shape shape, double value);
    /// What is remembered but not learned by gradients.
    at::Tensor add_state(Shape shape, double value);

  private:
    struct Tensors;
    std::uint64_t stream() const;
    at::Tensor add(const at::Tensor& tensor);

    double learning_rate_;
    std::uint64_t seed_, training_;
    std::unique_ptr<Tensors> tensors_;
};

}  // namespace caloforge::validate
