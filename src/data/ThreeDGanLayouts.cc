// The files of CERN openlab's 3DGAN: `ECAL`, and `target` or `energy` and `theta`.
#include <fmt/format.h>

#include "data/LayoutForm.hh"
#include "data/PolarAngle.hh"

namespace caloforge::data {
namespace {

using geometry::Readout;
using sample::ColumnsView;
using Row = std::vector<float>;

constexpr const char* cells_name = "ECAL";
/// Of `ECAL` in our own files: cell size in x and y, mm, two float64.
constexpr const char* cell_size_attribute = "cell_mm";

/// Scripts about the 3DGAN write `Target`, be it (N, 2) or energies alone.
[[noreturn]] void refuse_without_energies(const ProbedFile& file) {
    const std::string target = file.in_other_case("target");
    hdf5::DatasetHeader header;
    if (!target.empty()) hdf5::open_dataset(file.id, target, header);
    file.refuse_missing("the incident energies, `target` or `energy`",
                        header.shape.size() == 2 ? "target" : "energy", target);
}

ShowerSource open_ecal(const ProbedFile& file, const ReadOptions& options, Layout layout) {
    hdf5::NumberDataset cells(file.id, cells_name, file.path);
    const bool trailing_one = cells.rank() == 5 && cells.dim(4) == 1;
    if (cells.rank() != 4 && !trailing_one) file.refuse_shape(cells, "(N, X, Y, Z)");
    ShowerSource source(std::move(cells), layout);
    geometry::ReadoutGrid grid{
        .nx = source.cells.dim(1), .ny = source.cells.dim(2), .nz = source.cells.dim(3)};
    const auto [cell_x, cell_y] = source.cells.pair_attribute(cell_size_attribute);
    if (cell_x > 0 && cell_y > 0 && cell_x < 1e6 && cell_y < 1e6) {
        grid.cell_x = cell_x;
        grid.cell_y = cell_y;
    }
    source.readout = grid;
    source.cell_scale = options.scale > 0 ? options.scale : 1;
    const double energy_scale = options.energy_scale > 0 ? options.energy_scale : 1;
    if (file.holds("target"))
        add_energy(source, file, "target", 1, energy_scale);
    else if (file.holds("energy"))
        add_energy(source, file, "energy", 0, energy_scale);
    else
        refuse_without_energies(file);
    add_particle_of_target(source, file);
    if (layout == Layout::variable_angle) add_direction_of_theta(source, file);
    return source;
}

LayoutForm common(Layout layout, const char* name) {
    LayoutForm form;
    form.layout = layout;
    form.name = name;
    form.cells = cells_name;
    form.recognise = [layout](const ProbedFile& file, const ReadOptions& options) {
        return open_ecal(file, options, layout);
    };
    form.shape = [](const Readout& readout) {
        const auto* grid = readout.grid();
        return grid ? std::vector<std::size_t>{grid->nx, grid->ny, grid->nz} : std::vector<std::size_t>{};
    };
    form.columns.push_back(
        {"energy", {}, {sample::energy_field}, [](const ColumnsView& from, std::size_t i, Row& row) {
             row = {from.row("energy", i)[0]};
         }});
    form.describe = [](const hdf5::OutputFile& file, hid_t cells, const Readout& readout) {
        const auto* grid = readout.grid();
        if (grid->cell_x > 0) file.pair_attribute(cells, cell_size_attribute, grid->cell_x, grid->cell_y);
    };
    form.problem = [](const sample::Columns&) { return std::string(); };
    return form;
}

/// Of the variable-angle layout, whose `theta` lies in one plane.
std::string problem_with_directions(const sample::Columns& conditions) {
    const auto directions = conditions.values("direction");
    if (directions.empty()) return "it has no `direction`, which the variable-angle layout needs";
    for (std::size_t i = 0; i < conditions.rows(); ++i) {
        if (lies_in_plane(directions[2 * i], directions[2 * i + 1])) continue;
        return fmt::format(
            "shower {} of it has phi {} (the variable-angle layout holds directions in the plane of x "
            "and z, phi 0 or pi)",
            i, directions[2 * i + 1]);
    }
    return "";
}

}  // namespace

LayoutForm fixed_angle_form() {
    LayoutForm form = common(Layout::fixed_angle, "3DGAN fixed angle");
    form.claims = [](const ProbedFile& file) { return file.holds(cells_name); };
    form.columns.push_back(
        {"target",
         {2},
         {sample::energy_field, sample::particle_field},
         [](const ColumnsView& from, std::size_t i, Row& row) {
             const auto particle = from.row("particle", i);
             row = {particle.empty() ? 0 : particle[0], from.row("energy", i)[0]};  // 0: nobody says
         }});
    return form;
}

LayoutForm variable_angle_form() {
    LayoutForm form = common(Layout::variable_angle, "3DGAN variable angle");
    form.claims = [](const ProbedFile& file) { return file.holds(cells_name) && file.holds("theta"); };
    // Not wholly: theta is rounded otherwise than a direction is.
    form.columns.push_back({"theta", {}, {}, [](const ColumnsView& from, std::size_t i, Row& row) {
                                const auto direction = from.row("direction", i);
                                row = {polar_angle(direction[0], direction[1])};
                            }});
    form.problem = problem_with_directions;
    return form;
}

}  // namespace caloforge::data
