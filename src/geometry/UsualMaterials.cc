#include "geometry/UsualMaterials.hh"

#include <algorithm>

namespace caloforge::geometry {
namespace {

Material of(const char* name, double density, std::vector<std::pair<std::string, double>> fractions) {
    Material out;
    out.name = name;
    out.density = density;
    out.fractions = std::move(fractions);
    return out;
}

}  // namespace

const std::vector<Material>& usual_materials() {
    static const std::vector<Material> table = {
        of("aluminium", 2.699, {{"Al", 1}}),
        of("copper", 8.96, {{"Cu", 1}}),
        of("graphite", 2.21, {{"C", 1}}),
        of("iron", 7.874, {{"Fe", 1}}),
        of("lead", 11.35, {{"Pb", 1}}),
        of("silicon", 2.33, {{"Si", 1}}),
        of("tungsten", 19.3, {{"W", 1}}),
        of("argon", 1.662e-3, {{"Ar", 1}}),
        of("liquid-argon", 1.396, {{"Ar", 1}}),
        of("lead-tungstate", 8.30, {{"Pb", 0.4553}, {"W", 0.4040}, {"O", 0.1407}}),
        of("scintillator", 1.032, {{"C", 0.9150}, {"H", 0.0850}}),  // polyvinyl toluene
        of("polystyrene", 1.06, {{"C", 0.9226}, {"H", 0.0774}}),
        of("water", 1.0, {{"H", 0.1119}, {"O", 0.8881}}),
        of("air", 1.2048e-3, {{"C", 0.000124}, {"N", 0.755268}, {"O", 0.231781}, {"Ar", 0.012827}}),
        // Of printed circuit boards: 52.8 % glass (SiO2) and 47.2 % epoxy (C11 H12 O3) by mass.
        of("fr4", 1.86, {{"Si", 0.2468}, {"O", 0.3991}, {"C", 0.3244}, {"H", 0.0297}}),
    };
    return table;
}

const Material* find_usual_material(const std::string& name) {
    const auto& table = usual_materials();
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const Material& one) { return one.name == name; });
    return found == table.end() ? nullptr : &*found;
}

}  // namespace caloforge::geometry
