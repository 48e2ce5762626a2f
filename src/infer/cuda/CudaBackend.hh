#pragma once

#include "infer/Backend.hh"

namespace caloforge::infer::cuda_backend {

/// An infer::MakeCudaBackend.
std::unique_ptr<Backend> make(const network::WeightsFile& file, const std::string& role,
                              const std::string& device);

}  // namespace caloforge::infer::cuda_backend
