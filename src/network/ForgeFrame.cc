#include "network/ForgeFrame.hh"

#include <fmt/format.h>

#include <numbers>
#include <utility>

namespace caloforge::network {

std::vector<std::string> ForgeFrame::describe() {
    std::vector<std::string> features;
    for (std::size_t i = 1; i < o_.particles.size(); ++i) {
        const std::string name = fmt::format("particle_{}", i);
        // 1 - |code - its code|, nothing below zero.
        scale(name + "_more", "particle", 1, -o_.particles[i]);
        scale(name + "_less", "particle", -1, o_.particles[i]);
        add(name + "_above", "relu", {name + "_more"});
        add(name + "_below", "relu", {name + "_less"});
        add(name + "_off", "add", {name + "_above", name + "_below"});
        scale(name + "_on", name + "_off", -1, 1);
        features.push_back(add(name, "relu", {name + "_on"}));
    }
    if (!o_.moving()) return features;
    for (const auto& [angle, begin] : {std::pair{"theta", 0}, std::pair{"phi", 1}}) {
        const std::string name = angle;
        add(name, "slice", {"direction"}, {{"axis", 0}, {"begin", begin}, {"end", begin + 1}});
        add(name + "_cos", "cos", {name});
        scale(name + "_turned", name, 1, -std::numbers::pi / 2);
        add(name + "_sin", "cos", {name + "_turned"});
    }
    add("slant_whole", "power", {"theta_cos"}, {{"exponent", -1}});
    add("theta_tan", "multiply", {"theta_sin", "slant_whole"});
    add("slope_x", "multiply", {"theta_tan", "phi_cos"});
    add("slope_y", "multiply", {"theta_tan", "phi_sin"});
    features.push_back(scale("slant", "slant_whole", 4, -4));
    return features;
}

void ForgeFrame::place() {
    const auto layers = static_cast<std::int64_t>(o_.nz);
    const std::string depths = constants("depths", o_.depths);
    std::vector<std::string> cells;
    for (const auto& [letter, size] : {std::pair{"x", o_.cell_x}, std::pair{"y", o_.cell_y}}) {
        const auto name = [&](const char* part) { return fmt::format("axis_{}_{}", part, letter); };
        scale(name("slope"), std::string("slope_") + letter, 1 / size);
        std::string at = add(name("run"), "multiply", {depths, name("slope")});
        if (o_.impact) {
            // "impact_x": from the impact point to the middle of the window.
            scale(name("entry"), std::string("impact_") + letter, -1);
            at = add(name("at"), "add", {at, name("entry")});
        }
        scale(name("half"), at, 1, 0.5);
        const std::string cell = add(name("cell"), "floor", {name("half")});
        scale(name("back"), at, -1);
        const std::string beside = add(name("beside"), "add", {cell, name("back")});
        reshape(std::string("beside_") + letter, beside, {1, layers, 1, 1});
        cells.push_back(reshape(name("row"), cell, {1, layers}));
    }
    add("frame_rows", "concat", cells);
    add("frame_pairs", "permute", {"frame_rows"}, {{"order", {1, 0}}});
    const auto moved = [&](const char* name, std::int64_t begin, std::int64_t end) {
        add(name, "slice", {"frame_pairs"}, {{"axis", 0}, {"begin", begin}, {"end", end}});
    };
    moved("frames_before", 0, layers - 1);
    moved("frames_after", 1, layers);
    scale("frames_back", "frames_after", -1);
    add("drifts", "add", {"frames_before", "frames_back"});
}

std::string ForgeFrame::cells_of(const std::string& name, const std::string& pairs, std::size_t row) {
    const auto begin = static_cast<std::int64_t>(row);
    add(name + "_pair", "slice", {pairs}, {{"axis", 0}, {"begin", begin}, {"end", begin + 1}});
    return reshape(name, name + "_pair", {2});
}

std::string ForgeFrame::past(std::size_t z, const std::string& nothing) {
    const auto depth = static_cast<std::size_t>(o_.past_layers);
    if (z == 0) return depth == 1 ? nothing : concat(forge_name("past_seen", 0), std::vector(depth, nothing));
    std::string all = forge_name("seen", z - 1);
    if (depth > 1) {
        const std::string kept = forge_name("past_kept", z);
        add(kept, "slice", {forge_name("past_seen", z - 1)},
            {{"axis", 0}, {"begin", 1}, {"end", o_.past_layers}});
        all = concat(forge_name("past_all", z), {kept, all});
    }
    return add(forge_name("past_seen", z), "move", {all, cells_of(forge_name("drift", z), "drifts", z - 1)},
               {{"size", {o_.nx, o_.ny}}});
}

std::string ForgeFrame::placed(std::size_t z) {
    const std::string frame = cells_of(forge_name("frame", z), "frame_pairs", z);
    return add(forge_name("placed", z), "move", {forge_name("layer", z), frame},
               {{"size", {o_.wide_x(), o_.wide_y()}}});
}

}  // namespace caloforge::network
