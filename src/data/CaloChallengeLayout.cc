// The files of the CaloChallenge: flat showers in MeV.
#include <fmt/format.h>

#include "core/Error.hh"
#include "core/Units.hh"
#include "data/CaloChallenge.hh"
#include "data/HeldJson.hh"
#include "data/LayoutForm.hh"

namespace caloforge::data {
namespace {

using core::InputError;
using geometry::Readout;

constexpr const char* voxels_name = "showers";
constexpr const char* energy_name = "incident_energies";
constexpr double mev_per_gev = 1 / units::MeV;

Readout held_readout(const std::string& text, const std::filesystem::path& path) {
    const core::Json json = parse_held_json(text, "read-out", path);
    try {
        return Readout::from_json(json);
    } catch (const InputError& error) {
        throw InputError(fmt::format("the read-out that {} states is none: {}", path.string(),
                                     hdf5::printable(error.what())));
    }
}

/// What the cells of a flat shower are: as asked for, as the file says, or as its number of voxels tells.
Readout readout_of(const hdf5::NumberDataset& cells, const ProbedFile& file, const ReadOptions& options) {
    const std::size_t voxels = cells.dim(1);
    const std::string path = file.path.string();
    if (options.readout.cells() > 0) {
        if (options.readout.cells() == voxels) return options.readout;
        throw InputError(
            fmt::format("{} has {} voxels per shower (the read-out given, {}, has another number). Leave "
                        "it out for the public data sets 2 and 3?",
                        path, voxels, options.readout.text()));
    }
    if (!options.binning_file.empty()) return find_binning(options.binning_file, voxels);
    if (const std::string text = cells.text_attribute(readout_attribute); !text.empty()) {
        const Readout said = held_readout(text, file.path);
        if (said.cells() == voxels && !said.grid()) return said;
        throw InputError(fmt::format("{} is inconsistent (its showers have {} cells, its read-out {}).", path,
                                     voxels, said.text()));
    }
    if (const Readout known = known_calochallenge_readout(voxels); known.cells() > 0 || voxels == 0)
        return known;
    throw InputError(fmt::format(
        "{} has {} voxels per shower (the public CaloChallenge sets 2 and 3 have 6480 and 40500; the 368 "
        "and 533 of set 1 are binned differently in each layer). Give the binning XML that comes with it "
        "(`inspect --binning-file`, `validate --binning`)?",
        path, voxels));
}

ShowerSource open_flat(const ProbedFile& file, const ReadOptions& options) {
    for (const char* name : {voxels_name, energy_name}) {
        if (!file.holds(name)) file.refuse_missing(fmt::format("`{}`", name), name);
    }
    ShowerSource source(hdf5::NumberDataset(file.id, voxels_name, file.path), Layout::calochallenge);
    if (source.cells.rank() != 2) file.refuse_shape(source.cells, "(N, voxels)");
    source.readout = readout_of(source.cells, file, options);
    source.cell_scale = options.scale > 0 ? options.scale : mev_per_gev;
    add_energy(source, file, energy_name, 0,
               options.energy_scale > 0 ? options.energy_scale : source.cell_scale);
    return source;
}

}  // namespace

LayoutForm calochallenge_form() {
    LayoutForm form;
    form.layout = Layout::calochallenge;
    form.name = "CaloChallenge";
    form.cells = voxels_name;
    form.claims = [](const ProbedFile& file) { return file.holds(voxels_name) || file.holds(energy_name); };
    form.recognise = open_flat;
    form.shape = [](const Readout& readout) {
        return readout.grid() ? std::vector<std::size_t>{} : std::vector<std::size_t>{readout.cells()};
    };
    form.unit = mev_per_gev;
    form.columns.push_back({energy_name,
                            {1},
                            {sample::energy_field},
                            [](const sample::ColumnsView& from, std::size_t i, std::vector<float>& row) {
                                row = {from.row("energy", i)[0]};
                            },
                            true});
    form.describe = [](const hdf5::OutputFile& file, hid_t cells, const Readout& readout) {
        file.text_attribute(cells, readout_attribute, readout.json().dump());
    };
    form.problem = [](const sample::Columns&) { return std::string(); };
    return form;
}

}  // namespace caloforge::data
