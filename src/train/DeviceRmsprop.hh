#pragma once

#include <torch/torch.h>

namespace caloforge::train {

/// torch::optim::RMSprop's step (no momentum, not centred), with its state, in a form that a CUDA graph can
/// hold: few kernels, and a learning rate that lies on the device. The same numbers but for rounding.
class DeviceRmsprop {
  public:
    /// `optimiser` has to outlive it, and is not to take steps of its own.
    explicit DeviceRmsprop(torch::optim::RMSprop& optimiser) : optimiser_(optimiser) {}

    /// Makes the state that is missing, and counts a step. On the host, before step().
    void begin();
    /// `rate`: one number, on the parameters' device. Parameters without a gradient stay.
    void step(const torch::Tensor& rate);

  private:
    torch::optim::RMSprop& optimiser_;
};

}  // namespace caloforge::train
