#include "network/ForgeCentre.hh"

#include <fmt/format.h>

#include <tuple>

namespace caloforge::network {

void ForgeCentre::draw() {
    std::vector<std::string> features{"energy_features", "response_feature"};
    if (o_.impact) {
        for (const auto& [axis, size, begin] :
             {std::tuple{"x", o_.cell_x, 0}, std::tuple{"y", o_.cell_y, 1}}) {
            const std::string name = std::string("impact_") + axis;
            add(name + "_mm", "slice", {"impact"}, {{"axis", 0}, {"begin", begin}, {"end", begin + 1}});
            scale(name, name + "_mm", -1 / size);
            add(name + "_square", "multiply", {name, name});
            scale(name + "_steep", name + "_square", 8);
            features.push_back(name);
            features.push_back(add(name + "_cube", "multiply", {name + "_steep", name}));
        }
    }
    if (o_.moving()) features.insert(features.end(), {"slope_x", "slope_y"});
    concat("centre_features", features);
    for (const char* axis : {"x", "y"}) {
        const std::string name = std::string("centre_") + axis, drawn = name + "_exp";
        sample(drawn, distribution(drawn, "centre_features", false), {1},
               {{"knots", forge_energy_knots}, {"zeros", false}});
        add(name, "log", {drawn});
    }
}

std::string ForgeCentre::projected(const std::string& part, std::size_t g, const std::string& x,
                                   const std::string& along_x, const std::string& y,
                                   const std::string& along_y) {
    const std::string along = add(fmt::format("{}_x_{}", part, g), "multiply", {x, along_x});
    const std::string across = add(fmt::format("{}_y_{}", part, g), "multiply", {y, along_y});
    return add(fmt::format("{}_sum_{}", part, g), "add", {along, across});
}

std::string ForgeCentre::damped(const std::string& name, const std::string& x,
                                const std::string& radius_square, double offset, double factor) {
    scale(name + "_shifted", radius_square, 1 / factor, offset / factor);
    add(name + "_inverse", "power", {name + "_shifted"}, {{"exponent", -1}});
    return add(name, "multiply", {x, name + "_inverse"});
}

std::vector<std::string> ForgeCentre::leanings(std::size_t g, const std::string& x, const std::string& y,
                                               const std::string& radius_square) {
    const std::string lean = projected("lean", g, x, "centre_x", y, "centre_y");
    return {damped(fmt::format("lean_near_{}", g), lean, radius_square, 0.3, 5),
            damped(fmt::format("lean_far_{}", g), lean, radius_square, 6, 10)};
}

std::vector<std::string> ForgeCentre::slants(std::size_t g, const std::string& x, const std::string& y,
                                             const std::string& radius_square) {
    if (!o_.moving()) return {};
    const std::string lean = projected("slant", g, x, "slope_x", y, "slope_y");
    const std::string square = add(fmt::format("slant_square_{}", g), "multiply", {lean, lean});
    return {damped(fmt::format("slant_near_{}", g), lean, radius_square, 0.3, 3),
            damped(fmt::format("slant_far_{}", g), lean, radius_square, 6, 6),
            damped(fmt::format("slant_along_{}", g), square, radius_square, 1, 6)};
}

void write_forge_centre(ForgeDraft& draft) {
    ForgeCentre(draft).draw();
}

}  // namespace caloforge::network
