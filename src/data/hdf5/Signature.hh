#pragma once

#include <filesystem>

namespace caloforge::data::hdf5 {

/// True when the file has the HDF5 signature.
bool has_signature(const std::filesystem::path& path);

}  // namespace caloforge::data::hdf5
