#pragma once

#include "geometry/Detector.hh"
#include "geometry/UsualMaterials.hh"
#include "montecarlo/Material.hh"

namespace caloforge::montecarlo::test {

inline geometry::Material of(const std::string& name, double density,
                             std::vector<std::pair<std::string, double>> fractions) {
    geometry::Material out;
    out.name = name;
    out.density = density;
    out.fractions = std::move(fractions);
    return out;
}

inline geometry::Material usual(const std::string& name) {
    return *geometry::find_usual_material(name);
}
inline geometry::Material tungsten() {
    return usual("tungsten");
}
inline geometry::Material silicon() {
    return usual("silicon");
}
inline geometry::Material lead() {
    return usual("lead");
}

/// One layer of n x n square cells, mm, and particles at their middle. `stack`: materials, slabs and layers
/// as in a detector file; `first`: keys of its own.
inline geometry::Detector one_layer(int n, double cell, const std::string& stack,
                                    const std::string& first = "") {
    const std::string side = std::to_string(n), size = std::to_string(cell);
    return geometry::Detector::parse(first + "\nname = \"sheet\"\nmip_mev = 0.145\n[grid]\nnx = " + side +
                                         "\nny = " + side + "\nnz = 1\ncell_x = " + size + "\ncell_y = " +
                                         size + "\n[incidence]\nspread_x = 0\nspread_y = 0\n" + stack,
                                     "sheet.toml");
}

}  // namespace caloforge::montecarlo::test
