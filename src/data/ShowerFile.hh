#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/Json.hh"
#include "data/Layout.hh"
#include "data/ShowerBatch.hh"

namespace caloforge::data {

struct ReadOptions {
    /// File values / this = GeV. 0 takes the layout's own unit (GeV, or MeV for the CaloChallenge).
    double scale = 0;
    /// The same of the incident energies. 0: GeV, or for the CaloChallenge the scale of the cells.
    double energy_scale = 0;
    /// What the user states the scale with (an option or a field of a configuration), for messages.
    std::string scale_name = "the scale";
    /// Cells below this many GeV count as zero (the convention of the 3DGAN files).
    double threshold = 1e-6;
    /// Showers may hold more than came in, as those that are divided by a sampling fraction: no warning.
    bool more_than_incident = false;
    /// The CaloChallenge's binning XML, for files of that layout: what their cells are (those of data sets 2
    /// and 3 and of our own files are known without).
    std::filesystem::path binning_file = {};
    /// The same as a read-out; takes precedence where it has cells.
    geometry::Readout readout = {};
};

/// One HDF5 file of showers, open for reading. Every value is checked as it is read: NaN, infinite or
/// negative energies stop with InputError naming file, shower and cell. One thread at a time.
class ShowerFile {
  public:
    /// Throws InputError for a missing, truncated, empty or non-HDF5 file, missing data sets, wrong shapes.
    explicit ShowerFile(std::filesystem::path path, ReadOptions options = {});
    ~ShowerFile();
    ShowerFile(ShowerFile&&) noexcept;
    ShowerFile& operator=(ShowerFile&&) noexcept;

    /// A condition of all showers, (N, shape...). Throws InputError when the file does not say it.
    std::vector<float> read_condition(const std::string& name);

    Layout layout() const;
    const geometry::Readout& readout() const;
    /// Fields that read() fills: `energy`, and what else the file says of how its showers were made.
    sample::Fields conditions() const;
    std::size_t size() const;
    const std::filesystem::path& path() const;
    /// Showers [first, first + count), replaced into `batch` (its memory is reused).
    void read(std::size_t first, std::size_t count, ShowerBatch& batch);
    /// Layout, shapes, types, compression, energy range: what `inspect` prints.
    core::Json describe();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// True when the file has the HDF5 signature; what kind of HDF5 file it is remains to be seen.
bool is_hdf5(const std::filesystem::path& path);

}  // namespace caloforge::data
