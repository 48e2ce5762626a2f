#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "data/hdf5/DatasetHeader.hh"
#include "data/hdf5/GuardedBuffer.hh"

namespace caloforge::data::hdf5 {

/// Reads a chunked data set by whole rows. Chunks come raw from HDF5 and are decoded here: sizes are
/// checked against the chunk's at every step (HDF5 1.10 trusts the file and reads beyond its buffers), and
/// whole rows are copied, not selected cell by cell. Holds the last decoded slab: the rows of one layer of
/// chunks along axis 0.
class ChunkedSource {
  public:
    /// `dataset` outlives this. Throws InputError when one slab is too large for memory.
    ChunkedSource(hid_t dataset, const DatasetHeader& header, const std::filesystem::path& path);

    /// The rows of slab `index`, as float32: first row index * slab_rows(). Valid until the next call. Under
    /// Lock. Throws InputError.
    std::span<const float> slab(std::size_t index);
    std::size_t slab_rows() const { return header_.chunks[0]; }

  private:
    /// Chunk at `offset`, decoded: exactly chunk_values_ float32 values. Valid until the next call.
    std::span<const unsigned char> decode(const std::vector<hsize_t>& offset);
    std::span<unsigned char> read_plain(const std::vector<hsize_t>& offset);
    void read_packed(const std::vector<hsize_t>& offset);
    /// Copies what lies within the data set into the slab.
    void place(const std::vector<hsize_t>& offset, std::span<const unsigned char> chunk);
    [[noreturn]] void refuse(const std::vector<hsize_t>& offset, const std::string& why) const;

    hid_t dataset_;
    DatasetHeader header_;
    std::filesystem::path path_;
    Handle type_;
    bool native_ = false;  ///< the file holds the floats of this machine
    std::size_t chunk_values_ = 1;
    std::size_t row_values_ = 1;
    std::optional<GuardedBuffer> plain_;  ///< takes raw chunks that are not compressed
    std::vector<unsigned char> bytes_;
    std::vector<unsigned char> spare_;
    std::vector<float> slab_;
    std::size_t slab_index_ = SIZE_MAX;
};

}  // namespace caloforge::data::hdf5
