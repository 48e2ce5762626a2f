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
    concat("centre_features", features);
    for (const char* axis : {"x", "y"}) {
        const std::string name = std::string("centre_") + axis, drawn = name + "_exp";
        sample(drawn, distribution(drawn, "centre_features", false), {1},
               {{"knots", forge_energy_knots}, {"zeros", false}});
        add(name, "log", {drawn});
    }
}

std::vector<std::string> ForgeCentre::leanings(std::size_t g, const std::string& x, const std::string& y,
                                               const std::string& radius_square) {
    const auto name = [&](const char* what) { return fmt::format("lean_{}_{}", what, g); };
    add(name("x"), "multiply", {x, "centre_x"});
    add(name("y"), "multiply", {y, "centre_y"});
    const std::string lean = add(name("sum"), "add", {name("x"), name("y")});
    const auto part = [&](const char* what, double offset, double factor) {
        const std::string part_name = name(what);
        scale(part_name + "_shifted", radius_square, 1 / factor, offset / factor);
        add(part_name + "_inverse", "power", {part_name + "_shifted"}, {{"exponent", -1}});
        return add(part_name, "multiply", {lean, part_name + "_inverse"});
    };
    return {part("near", 0.3, 5), part("far", 6, 10)};
}

void write_forge_centre(ForgeDraft& draft) {
    ForgeCentre(draft).draw();
}

}  // namespace caloforge::network
