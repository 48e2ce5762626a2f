#include "data/ColumnWriter.hh"

#include <algorithm>

namespace caloforge::data {
namespace {
constexpr std::size_t chunk_rows = 1024;
}

ColumnWriter::ColumnWriter(const hdf5::OutputFile& file, const std::string& name,
                           const std::vector<std::size_t>& row_shape, int gzip_level)
    : width_(row_shape.empty() ? 1 : row_shape[0]), dataset_(file, name, row_shape, chunk_rows, gzip_level) {}

void ColumnWriter::add(ChunkPipeline& pipeline, std::initializer_list<float> row) {
    rows_.insert(rows_.end(), row);
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

}  // namespace caloforge::data
