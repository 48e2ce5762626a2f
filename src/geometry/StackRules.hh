#pragma once

#include <array>
#include <string>
#include <vector>

#include "geometry/Detector.hh"

namespace caloforge::geometry {

/// What is wrong with a part of a detector, as the end of a sentence that starts with the name of the key;
/// "" when nothing is. The detector file and the JSON of a weights file are held to the same rules.
std::string problem_with_density(const Material& material);
std::string problem_with_fractions(const Material& material);
std::string problem_with_thickness(double thickness);
std::string problem_with_cut(double cut);
/// The number of cell layers against the number of active slabs.
std::string problem_with_layers(const std::vector<Slab>& slabs, std::size_t slabs_per_layer,
                                const ReadoutGrid& grid);
std::string problem_with_mip(double mip);
/// Tesla.
std::string problem_with_field(const std::array<double, 3>& field);
/// A material, slab or other name that is not among those defined; suggests the nearest.
std::string problem_with_name(const std::string& name, const std::vector<std::string>& defined,
                              const std::string& what);

}  // namespace caloforge::geometry
