#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "model/LayerRun.hh"
#include "network/NetworkPlan.hh"

namespace caloforge::model {

/// What a run of consecutive layers computes with Caloforge's own kernels in one pass over memory:
///   dense     [pad,] conv3d [, leaky_relu] [, dropout]      batch_norm (in training) [, dropout]
/// where the layers in brackets are taken along when nothing else reads what lies between.
struct NativeRun {
    std::size_t layers = 0;  ///< that are computed
    /// Of contiguous `x` on the CPU; undefined where the kernel does not do its type or such a pass.
    std::function<torch::Tensor(const torch::Tensor& x, const ForwardMode& mode)> compute;
};

/// A tensor of any layer by role; undefined when it has none of that role.
using FindTensorOf = std::function<torch::Tensor(const network::Layer& layer, const char* role)>;

/// The runs that may begin at step `first` of the plan, the one to prefer first. `uses`: how many layers and
/// outputs read a value.
std::vector<NativeRun> compile_native(const network::NetworkPlan& plan, std::size_t first,
                                      const std::map<std::string, std::size_t>& uses,
                                      const FindTensorOf& find);

}  // namespace caloforge::model
