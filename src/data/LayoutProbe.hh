#pragma once

#include <filesystem>
#include <vector>

#include "data/ShowerFile.hh"
#include "data/hdf5/NumberDataset.hh"

namespace caloforge::data {

/// Where a file keeps what a ShowerBatch holds: the outcome of recognising its layout.
struct ShowerSource {
    /// A condition, and where its numbers stand.
    struct Condition {
        sample::Field field = {};
        std::size_t dataset = 0;                ///< index into `extras`
        std::vector<std::size_t> columns = {};  ///< of a data set (N, k); empty: all of it
        double scale = 1;                       ///< file values / this = values
        bool polar_angle = false;               ///< the column is the variable-angle layout's `theta`
    };

    ShowerSource(hdf5::NumberDataset opened, Layout found) : layout(found), cells(std::move(opened)) {}

    Layout layout;
    geometry::Readout readout;
    hdf5::NumberDataset cells;                ///< (N, X, Y, Z[, 1]), or (N, cells)
    std::vector<hdf5::NumberDataset> extras;  ///< what the conditions refer to
    std::vector<Condition> conditions;        ///< `energy` first
    double cell_scale = 1;                    ///< file values of `cells` / this = GeV

    std::size_t size() const { return cells.rows(); }
};

/// Finds out by content how `file` holds its showers. Throws InputError saying which data sets are there,
/// what is missing and what comes nearest to it. Under hdf5::Lock.
ShowerSource recognise(hid_t file, const std::filesystem::path& path, const ReadOptions& options);

}  // namespace caloforge::data
