#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/hdf5/OutputHdf5.hh"

namespace caloforge::data::hdf5 {

/// A float32 data set that grows along axis 0, chunk by chunk; declares shuffle and gzip, and takes chunks
/// that were encoded outside HDF5. Calls are made by one thread at a time.
class GrowingDataset {
  public:
    /// `row_shape`: the shape of one row; `chunk_rows` rows make a chunk; gzip level 0: no filters.
    GrowingDataset(const OutputFile& file, const std::string& name, const std::vector<std::size_t>& row_shape,
                   std::size_t chunk_rows, int gzip_level);

    hid_t id() const { return dataset_.id(); }
    std::size_t chunk_rows() const { return chunk_rows_; }
    /// Values of one whole chunk.
    std::size_t chunk_values() const { return chunk_values_; }
    /// Stores encoded chunk `chunk` and makes the data set `rows` long. Throws RunError.
    void write_chunk(std::size_t chunk, std::size_t rows, std::span<const unsigned char> encoded);
    void close() { dataset_.close(); }

  private:
    const OutputFile& file_;
    std::vector<hsize_t> extent_;
    std::size_t chunk_rows_;
    std::size_t chunk_values_;
    Handle dataset_;
};

}  // namespace caloforge::data::hdf5
