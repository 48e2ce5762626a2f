#include "network/ForgeCore.hh"

#include <fmt/format.h>

#include <algorithm>

namespace caloforge::network {

ForgeCore::Place ForgeCore::place_of(std::size_t g) const {
    Place core;
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const std::int64_t all = forge_group_cells(axis == 0 ? o_.nx : o_.ny, forge_groups[g][axis]);
        if (o_.cylindrical()) {
            // Rings are few, and wider the farther out.
            core.cells[axis] = all;
            core.margin[axis] = 0;
            continue;
        }
        core.cells[axis] = std::min(all, all % 2 == 0 ? forge_core_cells - 1 : forge_core_cells);
        core.margin[axis] = (all - core.cells[axis]) / 2;
    }
    return core;
}

std::string ForgeCore::middle(const std::string& name, const std::string& x, std::size_t g) {
    const Place core = place_of(g);
    add(name + "_rows", "slice", {x},
        {{"axis", 1}, {"begin", core.margin[0]}, {"end", core.margin[0] + core.cells[0]}});
    return add(name, "slice", {name + "_rows"},
               {{"axis", 2}, {"begin", core.margin[1]}, {"end", core.margin[1] + core.cells[1]}});
}

std::string ForgeCore::place_in_core(const std::string& of, std::size_t z, std::size_t g) {
    const std::string all = fmt::format("{}_{}", of, g), part = "core_" + of;
    const std::int64_t rows = forge_group_cells(o_.nx, forge_groups[g][0]);
    const std::string name = o_.moving() ? forge_name(part, z, g) : fmt::format("{}_{}", part, g);
    return draft_.cut.insert(name).second ? middle(name, of_layer(all, z, rows), g) : name;
}

std::string ForgeCore::core(std::size_t z, std::size_t g, const std::string& first, const std::string& rest) {
    const auto part = [&](const char* what) { return fmt::format("{}_{}", what, g); };
    const auto groups = static_cast<std::int64_t>(forge_groups.size());
    constexpr ForgeTaps one{1, 0, 0};
    const Place core = place_of(g);
    add(forge_name("core_weighted", z, g), "multiply",
        {place_in_core("group_spread_image", z, g), forge_name("weights", z)});
    add(forge_name("core_sum", z, g), "sum", {forge_name("core_weighted", z, g)}, {{"axes", {0}}});
    const std::string share = reshape(forge_name("core_share", z, g), forge_name("core_sum", z, g),
                                      {1, core.cells[0], core.cells[1]});
    add(forge_name("core_energy", z, g), "multiply", {share, forge_name("layer_energy", z)});
    logarithm(forge_name("core_expected", z, g), forge_name("core_energy", z, g), 0.01, 0.4, 0);
    scale(forge_name("to_come_positive", z, g), forge_name("to_come", z, g), 1, 1e-6);
    add(forge_name("to_come_inverse", z, g), "power", {forge_name("to_come_positive", z, g)},
        {{"exponent", -1}});
    add(forge_name("rest_scale", z, g), "multiply", {rest, forge_name("to_come_inverse", z, g)});
    add(forge_name("core_rest", z, g), "multiply", {share, forge_name("rest_scale", z, g)});
    seen(forge_name("core_seen", z, g), forge_name("core_rest", z, g));
    shift(forge_name("gain_shift", z, g), z, o_.channels + groups * (o_.hidden + o_.core), o_.channels);
    scale(forge_name("gain", z, g), forge_name("gain_shift", z, g), 1, 1);
    add(forge_name("core_placed", z, g), "multiply",
        {place_in_core("place_features", z, g), forge_name("gain", z, g)});
    add(forge_name("core", z, g), "concat",
        {middle(forge_name("core_hidden", z, g), first, g), place_in_core("fine", z, g),
         forge_name("core_placed", z, g), forge_name("core_expected", z, g), forge_name("core_seen", z, g)});
    const std::string wide =
        shared(part("core_first"), z, forge_name("core", z, g), o_.core, {one, one}, 1, false);
    shift(forge_name("core_shift", z, g), z,
          o_.channels + groups * o_.hidden + static_cast<std::int64_t>(g) * o_.core, o_.core);
    add(wide + "_sum", "add", {wide, forge_name("core_shift", z, g)});
    const std::string active = activated(forge_name("core_first_active", z, g), wide + "_sum");
    const std::string second = shared(part("core_second"), z, active, o_.core, {one, one}, 1, true);
    add(second + "_sum", "add", {second, active});
    activated(forge_name("core_second_active", z, g), second + "_sum");
    const std::string out = shared(part("core_out"), z, forge_name("core_second_active", z, g), o_.hidden,
                                   {one, one}, 1, false, "zeros");
    return add(forge_name("core_added", z, g), "pad", {out}, {{"padding", core.margin}});
}

}  // namespace caloforge::network
