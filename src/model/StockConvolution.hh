#pragma once

#include "model/LayerRun.hh"

namespace caloforge::model {

/// A convolution layer of any kind on inputs (N, shape...) in libtorch's kernels, watched as compile_layer()
/// says.
LayerRun stock_convolution(const network::Layer& layer, const network::Shape& shape, const FindTensor& find);

/// For constant_pad_nd: zeros before and after every spatial axis, the last axis first.
network::Shape last_first(const std::vector<std::pair<std::int64_t, std::int64_t>>& pads);

}  // namespace caloforge::model
