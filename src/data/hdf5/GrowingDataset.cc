#include "data/hdf5/GrowingDataset.hh"

namespace caloforge::data::hdf5 {

GrowingDataset::GrowingDataset(const OutputFile& file, const std::string& name,
                               const std::vector<std::size_t>& row_shape, std::size_t chunk_rows,
                               int gzip_level)
    : file_(file), extent_{0}, chunk_rows_(chunk_rows), chunk_values_(chunk_rows) {
    extent_.insert(extent_.end(), row_shape.begin(), row_shape.end());
    std::vector<hsize_t> chunk = extent_;
    std::vector<hsize_t> limit = extent_;
    chunk[0] = chunk_rows;
    limit[0] = H5S_UNLIMITED;
    for (const std::size_t length : row_shape) chunk_values_ *= length;

    const Lock lock;
    const int rank = static_cast<int>(extent_.size());
    const Handle space(H5Screate_simple(rank, extent_.data(), limit.data()));
    const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
    // No time stamps: equal runs give equal files.
    bool ok = H5Pset_obj_track_times(properties.id(), false) >= 0 &&
              H5Pset_chunk(properties.id(), rank, chunk.data()) >= 0;
    if (gzip_level > 0) {
        ok = ok && H5Pset_shuffle(properties.id()) >= 0 &&
             H5Pset_deflate(properties.id(), static_cast<unsigned>(gzip_level)) >= 0;
    }
    if (ok) {
        dataset_ = Handle(H5Dcreate2(file.id(), name.c_str(), H5T_IEEE_F32LE, space.id(), H5P_DEFAULT,
                                     properties.id(), H5P_DEFAULT));
    }
    if (!dataset_.valid()) file.fail(last_error());
}

void GrowingDataset::write_chunk(std::size_t chunk, std::size_t rows,
                                 std::span<const unsigned char> encoded) {
    const Lock lock;
    extent_[0] = rows;
    std::vector<hsize_t> offset(extent_.size(), 0);
    offset[0] = chunk * chunk_rows_;
    if (H5Dset_extent(dataset_.id(), extent_.data()) < 0 ||
        H5Dwrite_chunk(dataset_.id(), H5P_DEFAULT, 0, offset.data(), encoded.size(), encoded.data()) < 0) {
        file_.fail(last_error());
    }
}

}  // namespace caloforge::data::hdf5
