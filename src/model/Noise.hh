#pragma once

#include <torch/torch.h>

#include <map>
#include <span>
#include <string>

#include "network/NetworkSpec.hh"
#include "sample/Key.hh"

namespace caloforge::model {

using TensorMap = std::map<std::string, torch::Tensor>;

/// The values of every `random` layer of a spec for the given samples, as float32 CPU tensors (N, shape...)
/// by layer name. Row j is a function of keys[j] alone. Thread-safe.
TensorMap make_noise(const network::NetworkSpec& spec, std::span<const sample::Key> keys);

}  // namespace caloforge::model
