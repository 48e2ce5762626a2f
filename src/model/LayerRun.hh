#pragma once

#include <torch/torch.h>

#include <functional>
#include <vector>

#include "model/ForwardMode.hh"
#include "network/NetworkSpec.hh"

namespace caloforge::model {

/// What a layer computes of its inputs, (N, shape...) each, with its parameters read and its tensors found.
/// In inference several threads may call it at once.
using LayerRun =
    std::function<torch::Tensor(const std::vector<torch::Tensor>& inputs, const ForwardMode& mode)>;

/// The tensor of a role ("weight", "bias", ...) that a layer uses; undefined when it has none of that role.
using FindTensor = std::function<torch::Tensor(const char* role)>;

/// A layer in libtorch's own kernels; all types but `random` and `range`, which have no inputs. `inputs`:
/// their shapes, without the batch axis.
///
/// Convolutions keep an eye on the current precision. libtorch 2.13's bfloat16 convolution is wrong by 100 %
/// for some shapes on CPUs with AMX (the 3DGAN's first: doc/decision/002): the first reduced-precision pass
/// of every layer is checked against float32, and a layer that fails stays in float32, with a warning.
LayerRun compile_layer(const network::Layer& layer, const std::vector<network::Shape>& inputs,
                       const FindTensor& find);

}  // namespace caloforge::model
