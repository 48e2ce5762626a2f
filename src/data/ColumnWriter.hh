#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "data/ChunkPipeline.hh"

namespace caloforge::data {

/// A data set with one or two numbers per shower: collects rows until they fill a chunk. One thread.
class ColumnWriter {
  public:
    /// `row_shape` is {} for (N), {k} for (N, k).
    ColumnWriter(const hdf5::OutputFile& file, const std::string& name,
                 const std::vector<std::size_t>& row_shape, int gzip_level);

    void add(ChunkPipeline& pipeline, std::initializer_list<float> row);
    /// Submits what is left, the last time.
    void flush(ChunkPipeline& pipeline);
    void close() { dataset_.close(); }

  private:
    std::size_t width_;
    GrowingDataset dataset_;
    std::vector<float> rows_;
    std::size_t size_ = 0;
    std::size_t chunks_ = 0;
};

}  // namespace caloforge::data
