#pragma once

#include <functional>

#include "model/Network.hh"

namespace caloforge::model {

/// What runs of consecutive layers compute with Caloforge's own kernels in one pass over memory:
///   dense     [pad,] conv3d [, leaky_relu] [, dropout]      batch_norm (in training) [, dropout]
/// where the layers in brackets are taken along when nothing else reads what lies between.
struct NativeRun {
    torch::Tensor out;       ///< undefined: there is no kernel for the first layer
    std::size_t layers = 0;  ///< that were computed
};

/// Tensor "<layer>.<role>" or undefined.
using FindTensor = std::function<torch::Tensor(const network::Layer&, const char* role)>;

/// What a `batch_norm` layer asks for in training.
BatchNormOptions batch_norm_options(const network::Layer& layer, const FindTensor& find,
                                    const ForwardMode& mode);

/// The run that begins at step `first` of the plan, on contiguous `x` on the CPU. `uses`: how many layers and
/// outputs read a value.
NativeRun run_native(const network::NetworkPlan& plan, std::size_t first,
                     const std::map<std::string, std::size_t>& uses, const FindTensor& find,
                     const torch::Tensor& x, const ForwardMode& mode);

}  // namespace caloforge::model
