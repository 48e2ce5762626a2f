#include "data/hdf5/ColumnWriter.hh"

#include <algorithm>
#include <functional>
#include <numeric>

namespace caloforge::data::hdf5 {
namespace {
constexpr std::size_t chunk_rows = 1024;
}

ColumnWriter::ColumnWriter(const OutputFile& file, const std::string& name,
                           const std::vector<std::size_t>& row_shape, int gzip_level)
    : width_(std::accumulate(row_shape.begin(), row_shape.end(), std::size_t{1}, std::multiplies<>())),
      dataset_(file, name, row_shape, chunk_rows, gzip_level) {}

void ColumnWriter::add(ChunkPipeline& pipeline, std::span<const float> row) {
    rows_.insert(rows_.end(), row.begin(), row.end());
    if (rows_.size() == chunk_rows * width_) flush(pipeline);
}

void ColumnWriter::flush(ChunkPipeline& pipeline) {
    if (rows_.empty()) return;
    size_ += rows_.size() / width_;
    pipeline.submit({&dataset_, chunks_++, size_, [rows = std::move(rows_)](std::span<float> out) {
                         std::copy(rows.begin(), rows.end(), out.begin());
                     }});
    rows_ = {};
}

}  // namespace caloforge::data::hdf5
