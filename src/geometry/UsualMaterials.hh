#pragma once

#include <string>
#include <vector>

#include "geometry/Detector.hh"

namespace caloforge::geometry {

/// Materials that a detector file may name without describing them: what calorimeters are made of. Densities
/// at room temperature and mass fractions from the PDG's atomic and nuclear properties of materials; sources
/// of the others in the .cc file.
const std::vector<Material>& usual_materials();

/// One of them, or null.
const Material* find_usual_material(const std::string& name);

}  // namespace caloforge::geometry
