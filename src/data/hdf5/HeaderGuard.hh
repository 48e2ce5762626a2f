#pragma once

#include <string>

#include "data/hdf5/Hdf5.hh"

namespace caloforge::data::hdf5 {

/// False when the header of object `name` (a member of the root group, or "/" itself) would make HDF5 1.10
/// crash as soon as the object or its attributes are opened: chunk lengths of zero or of another number of
/// axes than the data (it divides by zero), attributes longer than their message (it reads beyond its
/// buffer). Looks at the bytes of version 1 object headers, the default; later versions carry a checksum.
/// Under Lock.
bool is_safe_to_open(hid_t file, const std::string& name);

}  // namespace caloforge::data::hdf5
