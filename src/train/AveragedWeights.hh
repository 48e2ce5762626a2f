#pragma once

#include <torch/torch.h>

#include <vector>

namespace caloforge::train {

/// The exponential moving average of a network's parameters. Holds the network's own tensors, which InUse
/// overwrites while it lives, and a copy that is their average.
class AveragedWeights {
  public:
    /// Begins with the parameters as they are.
    explicit AveragedWeights(std::vector<torch::Tensor> parameters);

    /// Forgets everything but the parameters as they are.
    void restart();
    /// `keep`: share of the average that stays.
    void update(double keep);
    /// `change`: share that does not, one number on the parameters' device, which a CUDA graph can read anew.
    void update(const torch::Tensor& change);

    /// While it lives, the network has the average in place of its parameters.
    class InUse {
      public:
        explicit InUse(AveragedWeights& average) : average_(average) { average_.exchange(); }
        ~InUse() { average_.exchange(); }
        InUse(const InUse&) = delete;
        InUse& operator=(const InUse&) = delete;

      private:
        AveragedWeights& average_;
    };

  private:
    void exchange();

    std::vector<torch::Tensor> parameters_, average_;
};

}  // namespace caloforge::train
