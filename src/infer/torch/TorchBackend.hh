#pragma once

#include "infer/Backend.hh"

namespace caloforge::infer::torch_backend {

/// An infer::MakeTorchBackend.
std::unique_ptr<Backend> make(const network::WeightsFile& file, const std::string& role,
                              const TorchOptions& options);

}  // namespace caloforge::infer::torch_backend
