#include "data/ShowerFile.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"
#include "core/Log.hh"
#include "data/CaloChallenge.hh"
#include "data/CellCheck.hh"
#include "data/LayoutProbe.hh"
#include "data/OpenHdf5.hh"

namespace caloforge::data {
using core::InputError;
using core::Json;
using hdf5::Handle;
using hdf5::Lock;
namespace fs = std::filesystem;
namespace {

/// Incident energies that describe() looks at in one go.
constexpr std::size_t energy_block = 65536;
/// Deeper JSON in a file's provenance is not parsed: no program of ours writes it.
constexpr int max_json_depth = 64;

Json parse_provenance(const std::string& text) {
    const auto shallow = [](int depth, Json::parse_event_t, Json&) {
        if (depth > max_json_depth) throw InputError("too deep");
        return true;
    };
    try {
        return Json::parse(text, shallow);
    } catch (const std::exception&) {
        return hdf5::printable(text);
    }
}

}  // namespace

std::string to_string(Layout layout) {
    switch (layout) {
        case Layout::fixed_angle:
            return "3DGAN fixed angle";
        case Layout::variable_angle:
            return "3DGAN variable angle";
        case Layout::calochallenge:
            return "CaloChallenge";
    }
    return "unknown";
}

struct ShowerFile::Impl {
    fs::path path;
    ReadOptions options;
    Handle file;
    ShowerSource source;
    std::vector<float> scratch;
    bool warned = false;

    void read_cells(std::size_t first, std::size_t count, std::vector<float>& cells);
    void read_incident(std::size_t first, std::size_t count, float* out);
    /// Column as it stands in the file; NaN and infinities stop.
    void read_plain(const ShowerSource::Column& column, std::size_t first, std::size_t count, float* out);
    void check_cells(std::size_t first, ShowerBatch& batch);
};

void ShowerFile::Impl::read_cells(std::size_t first, std::size_t count, std::vector<float>& cells) {
    const auto& grid = source.grid;
    cells.resize(count * grid.cells());
    if (source.layout != Layout::calochallenge) {
        source.cells.read(first, count, cells.data());
        return;
    }
    scratch.resize(cells.size());
    source.cells.read(first, count, scratch.data());
    for (std::size_t i = 0; i < count; ++i) {
        from_calochallenge_order(grid, {scratch.data() + i * grid.cells(), grid.cells()},
                                 {cells.data() + i * grid.cells(), grid.cells()});
    }
}

void ShowerFile::Impl::read_plain(const ShowerSource::Column& column, std::size_t first, std::size_t count,
                                  float* out) {
    NumberDataset& dataset = source.extras[column.dataset];
    dataset.read_column(first, count, column.column, out);
    const float* bad = std::find_if(out, out + count, [](float value) { return !std::isfinite(value); });
    if (bad != out + count) {
        throw InputError(fmt::format(
            "shower {} of {} has the value {} in `{}` (not a finite number). Is the file damaged?",
            first + (bad - out), path.string(), *bad, dataset.name()));
    }
}

void ShowerFile::Impl::read_incident(std::size_t first, std::size_t count, float* out) {
    read_plain(source.incident, first, count, out);
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = static_cast<float>(out[i] / source.incident_scale);
        if (!(out[i] > 0)) {
            throw InputError(
                fmt::format("shower {} of {} has an incident energy of {} GeV (not positive). "
                            "Is `{}` the right data set?",
                            first + i, path.string(), out[i], source.extras[source.incident.dataset].name()));
        }
    }
}

void ShowerFile::Impl::check_cells(std::size_t first, ShowerBatch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const CellSums sums = clean_cells(batch.shower(i), source.cell_scale, options.threshold);
        if (sums.bad_cell) {
            throw InputError(
                fmt::format("shower {} of {} has {} GeV in {} of `{}` (energies are finite and not "
                            "negative). Is the file damaged?",
                            first + i, path.string(), batch.shower(i)[*sums.bad_cell],
                            cell_text(source.grid, *sums.bad_cell), source.cells.name()));
        }
        if (!warned && sums.deposited > batch.incident[i]) {
            warned = true;
            core::warning(
                "shower {} of {} deposits {:.4g} GeV from a particle of {:.4g} GeV (values in another unit, "
                "or multiplied?). Give their scale: 1000 for MeV, 50 for public variable-angle files "
                "(`--reference-scale` or `--candidate-scale` of validate, `data.scale` of a training)?",
                first + i, path.string(), sums.deposited, batch.incident[i]);
        }
    }
}

ShowerFile::ShowerFile(fs::path path, ReadOptions options) {
    if (!(options.scale >= 0) || !std::isfinite(options.scale)) {
        throw InputError(
            fmt::format("the scale {} is of no use (file values are divided by it). Give a positive number?",
                        options.scale));
    }
    const Lock lock;
    Handle file = hdf5::open_for_reading(path);
    ShowerSource source = recognise(file.id(), path, options);
    impl_ = std::unique_ptr<Impl>(
        new Impl{std::move(path), std::move(options), std::move(file), std::move(source), {}, false});
}

ShowerFile::~ShowerFile() = default;
ShowerFile::ShowerFile(ShowerFile&&) noexcept = default;
ShowerFile& ShowerFile::operator=(ShowerFile&&) noexcept = default;

Layout ShowerFile::layout() const {
    return impl_->source.layout;
}
const geometry::ReadoutGrid& ShowerFile::grid() const {
    return impl_->source.grid;
}
std::size_t ShowerFile::size() const {
    return impl_->source.size();
}
const fs::path& ShowerFile::path() const {
    return impl_->path;
}

void ShowerFile::read(std::size_t first, std::size_t count, ShowerBatch& batch) {
    if (first > size() || count > size() - first) {
        throw InputError(fmt::format("cannot read showers {} to {} of {} (it holds {}). Ask for fewer?",
                                     first, first + count, path().string(), size()));
    }
    const ShowerSource& source = impl_->source;
    batch.grid = source.grid;
    batch.incident.resize(count);
    batch.theta.resize(source.theta ? count : 0);
    batch.impact.resize(source.impact.size() * count);
    batch.cells.resize(count * source.grid.cells());
    if (count == 0) return;
    {
        const Lock lock;
        impl_->read_incident(first, count, batch.incident.data());
        if (source.theta) impl_->read_plain(*source.theta, first, count, batch.theta.data());
        std::vector<float> column(count);
        for (std::size_t axis = 0; axis < source.impact.size(); ++axis) {
            impl_->read_plain(source.impact[axis], first, count, column.data());
            for (std::size_t i = 0; i < count; ++i) batch.impact[2 * i + axis] = column[i];
        }
        impl_->read_cells(first, count, batch.cells);
    }
    impl_->check_cells(first, batch);
}

Json ShowerFile::describe() {
    const Lock lock;
    float lowest = INFINITY;
    float highest = 0;
    std::vector<float> energies;
    for (std::size_t first = 0; first < size(); first += energy_block) {
        energies.resize(std::min(energy_block, size() - first));
        impl_->read_incident(first, energies.size(), energies.data());
        const auto [low, high] = std::minmax_element(energies.begin(), energies.end());
        lowest = std::min(lowest, *low);
        highest = std::max(highest, *high);
    }
    Json json;
    json["format"] = to_string(layout());
    json["showers"] = size();
    json["grid"] = grid().json();
    json["datasets"] = Json::array();
    for (const auto& name : dataset_names(impl_->file.id())) {
        DatasetHeader header;
        if (open_dataset(impl_->file.id(), name, header).valid()) json["datasets"].push_back(header.json());
    }
    json["incident_energy_gev"] = {lowest, highest};
    const std::string provenance = hdf5::text_attribute(impl_->file.id(), "caloforge");
    if (!provenance.empty()) json["provenance"] = parse_provenance(provenance);
    return json;
}

}  // namespace caloforge::data
