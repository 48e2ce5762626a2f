#pragma once

#include <torch/torch.h>

#include "model/LayerRun.hh"

namespace caloforge::model {

/// A `batch_norm` layer's parameters and tensors.
struct BatchNormLayer {
    double momentum, epsilon;
    torch::Tensor gain, shift, mean, variance;

    BatchNormLayer(const network::Layer& layer, const FindTensor& find);
    /// What a pass in training asks of native_batch_norm().
    BatchNormOptions options(const ForwardMode& mode) const;
};

}  // namespace caloforge::model
