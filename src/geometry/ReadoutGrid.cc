#include "geometry/ReadoutGrid.hh"

#include <fmt/format.h>

#include "core/Error.hh"

namespace caloforge::geometry {

core::Json ReadoutGrid::json() const {
    return {{"nx", nx}, {"ny", ny}, {"nz", nz}, {"cell_x", cell_x}, {"cell_y", cell_y}};
}

ReadoutGrid ReadoutGrid::from_json(const core::Json& json) {
    ReadoutGrid grid;
    try {
        grid.nx = json.at("nx").get<std::size_t>();
        grid.ny = json.at("ny").get<std::size_t>();
        grid.nz = json.at("nz").get<std::size_t>();
        grid.cell_x = json.at("cell_x").get<double>();
        grid.cell_y = json.at("cell_y").get<double>();
    } catch (const core::Json::exception& error) {
        throw core::InputError(fmt::format(
            "cannot read a readout grid from JSON ({}). Was it written by another version?", error.what()));
    }
    return grid;
}

}  // namespace caloforge::geometry
