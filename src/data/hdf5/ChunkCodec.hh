#pragma once

#include <span>
#include <vector>

namespace caloforge::data::hdf5 {

/// What HDF5's filters shuffle (over 4 bytes) and deflate make of a chunk of float32, without HDF5 and
/// therefore without its lock: any number of threads may encode at once. Throws RunError when zlib fails (no
/// memory).
void encode_chunk(std::span<const float> values, int gzip_level, std::vector<unsigned char>& shuffled,
                  std::vector<unsigned char>& out);

/// Inflates to at most `limit` bytes; false when the data are damaged, cut or longer.
bool inflate_bytes(std::span<const unsigned char> in, std::size_t limit, std::vector<unsigned char>& out);

/// Undoes HDF5's shuffle of values of `width` bytes; left-over bytes stay at the end, as HDF5 does it.
void unshuffle_bytes(std::span<const unsigned char> in, std::size_t width, std::vector<unsigned char>& out);

}  // namespace caloforge::data::hdf5
