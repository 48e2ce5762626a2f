#pragma once

#include <filesystem>

#include "data/hdf5/Hdf5.hh"

namespace caloforge::data::hdf5 {

/// Opens a file for reading. Throws InputError saying what is wrong with it: missing, a folder, empty, not
/// HDF5, cut short. Under Lock.
Handle open_for_reading(const std::filesystem::path& path);

}  // namespace caloforge::data::hdf5
