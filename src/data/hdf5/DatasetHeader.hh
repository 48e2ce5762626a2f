#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "data/hdf5/Hdf5.hh"

namespace caloforge::data::hdf5 {

/// What the header of one HDF5 data set says, read without allocating for its contents.
struct DatasetHeader {
    std::string name;
    std::vector<std::uint64_t> shape;   ///< empty for a scalar
    std::string type;                   ///< "float32", "int64 big-endian", "text", ...
    bool number = false;                ///< one of the plain integer and IEEE types
    std::size_t value_bytes = 0;        ///< in the file
    std::vector<std::uint64_t> chunks;  ///< chunk shape; empty when contiguous
    std::vector<H5Z_filter_t> filters;  ///< shuffle and deflate, in the order of writing
    std::string compression;            ///< "gzip 4, shuffle", "none"
    std::string obstacle;               ///< why this build cannot read the values; "" when it can
    std::string mend;                   ///< what to do about it, where that is known

    /// "(500, 25, 25, 25)".
    std::string shape_text() const;
    core::Json json() const;
};

/// Names of the data sets in the root group, sorted, with what cannot be opened. Under Lock.
std::vector<std::string> dataset_names(hid_t file);

/// Opens `name` and fills `header`; the handle is invalid when there is no such data set,
/// or it cannot be opened (`obstacle`). Under Lock.
Handle open_dataset(hid_t file, const std::string& name, DatasetHeader& header);

}  // namespace caloforge::data::hdf5
