#pragma once

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

inline geometry::Material tungsten() {
    return of("tungsten", 19.3, {{"W", 1}});
}
inline geometry::Material silicon() {
    return of("silicon", 2.33, {{"Si", 1}});
}
inline geometry::Material lead() {
    return of("lead", 11.35, {{"Pb", 1}});
}

}  // namespace caloforge::montecarlo::test
