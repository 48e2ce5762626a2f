#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/hdf5/ChunkPipeline.hh"

namespace caloforge::data::hdf5 {

/// A data set with a few numbers per row: collects rows until they fill a chunk. One thread.
class ColumnWriter {
  public:
    /// `row_shape` is {} for (N), {k} for (N, k), ...
    ColumnWriter(const OutputFile& file, const std::string& name, const std::vector<std::size_t>& row_shape,
                 int gzip_level);

    void add(ChunkPipeline& pipeline, std::span<const float> row);
    /// Submits what is left, the last time.
    void flush(ChunkPipeline& pipeline);
    hid_t id() const { return dataset_.id(); }
    void close() { dataset_.close(); }

  private:
    std::size_t width_;
    GrowingDataset dataset_;
    std::vector<float> rows_;
    std::size_t size_ = 0;
    std::size_t chunks_ = 0;
};

}  // namespace caloforge::data::hdf5
