#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/Json.hh"
#include "data/ShowerFile.hh"

namespace caloforge::data {

struct WriteOptions {
    Layout layout = Layout::fixed_angle;
    int gzip_level = 1;             ///< 0 writes uncompressed; shuffle goes with compression
    std::size_t chunk_showers = 8;  ///< showers per HDF5 chunk
    double scale = 0;               ///< GeV * this = file values; 0 takes the layout's own unit
    /// Text stored as the attribute `caloforge` of the file: provenance (command, model, seed).
    core::Json provenance = core::Json::object();
};

/// Writes an HDF5 file of showers while it runs, in bounded memory: whole batches are appended, compression
/// and disk run on a thread of the writer's own. The file appears under its name with commit(), whole or not
/// at all.
class ShowerWriter {
  public:
    /// Throws InputError for cells that the layout cannot hold: 3DGAN files hold Cartesian ones,
    /// CaloChallenge files all others.
    ShowerWriter(std::filesystem::path path, const geometry::Readout& readout, WriteOptions options = {});
    /// Without commit, nothing is left behind.
    ~ShowerWriter();
    ShowerWriter(const ShowerWriter&) = delete;
    ShowerWriter& operator=(const ShowerWriter&) = delete;

    /// Takes the batch over; may wait until the disk keeps up. All batches have the conditions of the first
    /// one; every one of them is written (doc/format/showers.md says where). Throws InputError for a batch
    /// that does not fit, RunError when writing failed (full disk).
    void append(ShowerBatch batch);
    /// Waits for all that was appended, closes, makes durable, renames. Throws RunError.
    void commit();
    std::size_t size() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caloforge::data
