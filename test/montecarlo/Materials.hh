#pragma once

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

}  // namespace caloforge::montecarlo::test
