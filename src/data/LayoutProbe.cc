#include "data/LayoutProbe.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "core/Error.hh"
#include "core/Suggest.hh"
#include "data/CaloChallenge.hh"

namespace caloforge::data {
using core::InputError;
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

bool holds(const Names& names, const char* name) {
    return std::binary_search(names.begin(), names.end(), name);
}

[[noreturn]] void refuse_missing(const fs::path& path, const Names& names, const std::string& wanted,
                                 const std::string& nearest_of) {
    Names shown;
    for (const auto& name : names) shown.push_back(hdf5::printable(name));
    const auto in_other_case = std::find_if(shown.begin(), shown.end(), [&](const std::string& name) {
        return std::equal(name.begin(), name.end(), nearest_of.begin(), nearest_of.end(),
                          [](char a, char b) { return std::tolower(a) == std::tolower(b); });
    });
    const std::string near = in_other_case != shown.end() ? *in_other_case : core::nearest(nearest_of, shown);
    throw InputError(fmt::format("{} lacks {} (its data sets: {}).{}", path.string(), wanted,
                                 shown.empty() ? "none" : fmt::format("{}", fmt::join(shown, ", ")),
                                 near.empty()
                                     ? " Is it a file of showers?"
                                     : fmt::format(" Should `{}` be named `{}`?", near, nearest_of)));
}

bool resembles_showers(const Names& names) {
    return core::nearest("ECAL", names).empty() && !core::nearest("showers", names).empty();
}

[[noreturn]] void refuse_shape(const fs::path& path, const NumberDataset& dataset,
                               const std::string& wanted) {
    throw InputError(fmt::format("`{}` of {} has the shape {} ({} is needed). Are its axes in another order?",
                                 dataset.name(), path.string(), dataset.header().shape_text(), wanted));
}

/// Index of a newly opened data set in `extras`; its N must be that of the cells.
std::size_t add_extra(ShowerSource& source, hid_t file, const char* name, const fs::path& path) {
    NumberDataset dataset(file, name, path);
    if (dataset.rows() != source.size()) {
        throw InputError(
            fmt::format("{} is inconsistent (`{}` holds {} showers, `{}` {}). Was it cut or merged wrongly?",
                        path.string(), source.cells.name(), source.size(), name, dataset.rows()));
    }
    source.extras.push_back(std::move(dataset));
    return source.extras.size() - 1;
}

/// A data set with one number per shower: (N) or (N, 1).
ShowerSource::Column add_single(ShowerSource& source, hid_t file, const char* name, const fs::path& path) {
    const std::size_t index = add_extra(source, file, name, path);
    const NumberDataset& dataset = source.extras[index];
    if (dataset.rank() > 2 || dataset.row_size() != 1) refuse_shape(path, dataset, "(N)");
    return {index, 0};
}

/// Positions of "x0" and "y0" among the names in the attribute `columns` of `extra`; without it 2 and 3 of 8.
std::optional<std::pair<std::size_t, std::size_t>> impact_columns(const NumberDataset& extra) {
    if (extra.rank() != 2) return {};
    std::string text = extra.text_attribute("columns");
    if (text.empty()) {
        if (extra.dim(1) != 8) return {};
        return std::pair<std::size_t, std::size_t>{2, 3};
    }
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == ',' || c == ';'; }, ' ');
    std::istringstream words(text);
    std::optional<std::size_t> x;
    std::optional<std::size_t> y;
    std::string word;
    for (std::size_t column = 0; words >> word; ++column) {
        if (word == "x0" || word == "x0_mm") x = column;
        if (word == "y0" || word == "y0_mm") y = column;
    }
    if (!x || !y || *x >= extra.dim(1) || *y >= extra.dim(1)) return {};
    return std::pair{*x, *y};
}

void find_impact(ShowerSource& source, hid_t file, const Names& names, const fs::path& path) {
    if (holds(names, "impact")) {
        const std::size_t index = add_extra(source, file, "impact", path);
        const NumberDataset& impact = source.extras[index];
        if (impact.rank() != 2 || impact.dim(1) != 2) refuse_shape(path, impact, "(N, 2)");
        source.impact = {{index, 0}, {index, 1}};
    } else if (holds(names, "extra")) {
        DatasetHeader header;
        if (const auto handle = open_dataset(file, "extra", header); !handle.valid() || !header.number)
            return;
        const std::size_t index = add_extra(source, file, "extra", path);
        if (const auto columns = impact_columns(source.extras[index])) {
            source.impact = {{index, columns->first}, {index, columns->second}};
        }
    }
}

ShowerSource recognise_3dgan(hid_t file, const Names& names, const fs::path& path,
                             const ReadOptions& options) {
    NumberDataset cells(file, "ECAL", path);
    const bool trailing_one = cells.rank() == 5 && cells.dim(4) == 1;
    if (cells.rank() != 4 && !trailing_one) refuse_shape(path, cells, "(N, X, Y, Z)");
    ShowerSource source(std::move(cells));
    source.grid = {.nx = source.cells.dim(1), .ny = source.cells.dim(2), .nz = source.cells.dim(3)};
    const auto [cell_x, cell_y] = source.cells.pair_attribute(cell_size_attribute);
    if (cell_x > 0 && cell_y > 0 && cell_x < 1e6 && cell_y < 1e6) {
        source.grid.cell_x = cell_x;
        source.grid.cell_y = cell_y;
    }
    source.cell_scale = options.scale > 0 ? options.scale : 1;
    if (holds(names, "target")) {
        const std::size_t index = add_extra(source, file, "target", path);
        const NumberDataset& target = source.extras[index];
        if (target.rank() != 2 || target.dim(1) < 2) refuse_shape(path, target, "(N, 2 or more)");
        source.incident = {index, 1};
    } else if (holds(names, "energy")) {
        source.incident = add_single(source, file, "energy", path);
    } else {
        refuse_missing(path, names, "the incident energies, `target` or `energy`", "energy");
    }
    if (holds(names, "theta")) {
        source.layout = Layout::variable_angle;
        source.theta = add_single(source, file, "theta", path);
    }
    find_impact(source, file, names, path);
    return source;
}

ShowerSource recognise_calochallenge(hid_t file, const Names& names, const fs::path& path,
                                     const ReadOptions& options) {
    for (const char* name : {"showers", "incident_energies"}) {
        if (!holds(names, name)) refuse_missing(path, names, fmt::format("`{}`", name), name);
    }
    ShowerSource source(NumberDataset(file, "showers", path));
    source.layout = Layout::calochallenge;
    if (source.cells.rank() != 2) refuse_shape(path, source.cells, "(N, voxels)");
    source.grid = calochallenge_grid(source.cells.dim(1), options.calochallenge_shape, path);
    source.cell_scale = source.incident_scale = options.scale > 0 ? options.scale : calochallenge_unit;
    source.incident = add_single(source, file, "incident_energies", path);
    find_impact(source, file, names, path);
    return source;
}

}  // namespace

ShowerSource recognise(hid_t file, const fs::path& path, const ReadOptions& options) {
    const Names names = dataset_names(file);
    const bool calochallenge = holds(names, "showers") || holds(names, "incident_energies");
    if (!holds(names, "ECAL") && !calochallenge) {
        refuse_missing(path, names, "the showers, `ECAL` (3DGAN) or `showers` (CaloChallenge)",
                       resembles_showers(names) ? "showers" : "ECAL");
    }
    ShowerSource source = holds(names, "ECAL") ? recognise_3dgan(file, names, path, options)
                                               : recognise_calochallenge(file, names, path, options);
    if (source.size() == 0 || source.grid.cells() == 0) {
        throw InputError(fmt::format(
            "{} holds no showers (`{}` has the shape {}). Did the program that wrote it stop early?",
            path.string(), source.cells.name(), source.cells.header().shape_text()));
    }
    return source;
}

}  // namespace caloforge::data
