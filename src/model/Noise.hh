#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "network/NetworkSpec.hh"

namespace caloforge::model {

using TensorMap = std::map<std::string, torch::Tensor>;

/// The values of every `random` layer of a spec for the given showers, as float32 CPU tensors (N, shape...)
/// by layer name. Row j is a function of (seed, showers[j]) alone. Thread-safe.
TensorMap make_noise(const network::NetworkSpec& spec, std::uint64_t seed,
                     std::span<const std::uint64_t> showers);

}  // namespace caloforge::model
