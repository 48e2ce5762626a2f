#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "data/NumberDataset.hh"
#include "data/ShowerFile.hh"

namespace caloforge::data {

/// Where a file keeps what a ShowerBatch holds: the outcome of recognising its layout.
struct ShowerSource {
    /// One number per shower: a data set and the column it stands in.
    struct Column {
        std::size_t dataset = 0;  ///< index into `extras`
        std::size_t column = 0;
    };

    explicit ShowerSource(NumberDataset opened) : cells(std::move(opened)) {}

    Layout layout = Layout::fixed_angle;
    geometry::ReadoutGrid grid;
    NumberDataset cells;                ///< (N, X, Y, Z[, 1]), or (N, voxels) with r fastest
    std::vector<NumberDataset> extras;  ///< what the columns below refer to
    Column incident;
    std::optional<Column> theta;
    std::vector<Column> impact;  ///< x0, y0, or empty
    double cell_scale = 1;       ///< file values of `cells` / this = GeV
    double incident_scale = 1;   ///< file values of `incident` / this = GeV

    std::size_t size() const { return cells.rows(); }
};

/// Finds out by content how `file` holds its showers. Throws InputError saying which data sets are there,
/// what is missing and what comes nearest to it. Under hdf5::Lock.
ShowerSource recognise(hid_t file, const std::filesystem::path& path, const ReadOptions& options);

}  // namespace caloforge::data
