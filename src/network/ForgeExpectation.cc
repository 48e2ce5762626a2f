#include "network/ForgeExpectation.hh"

#include <fmt/format.h>

#include <algorithm>

namespace caloforge::network {

std::string ForgeExpectation::spread_line(const std::string& name, std::size_t axis, std::size_t place,
                                          std::size_t step, std::int64_t count) {
    const std::size_t all = axis == 0 ? o_.nx : o_.ny;
    const double begin = static_cast<double>(place) - 0.5 * static_cast<double>(all - 1);
    std::string at = add(name + "_at", "range", {}, {{"count", count}, {"begin", begin}, {"step", step}});
    at = from_axis(at, axis, count);
    const auto below = [&](const std::string& part, double border) {
        std::vector<std::string> lines;
        for (std::size_t i = 0; i < forge_spreads.size(); ++i) {
            const double width = forge_spreads[i];
            lines.push_back(scale(fmt::format("{}_{}", part, i), at, 1 / width, border / width));
        }
        concat(part + "_place", lines);
        // The normal distribution's integral, to 2e-4: Bowling et al., J. Ind. Eng. Manag. 2 (2009) 114.
        add(part + "_square", "multiply", {part + "_place", part + "_place"});
        scale(part + "_factor", part + "_square", 0.07056, 1.5976);
        add(part + "_argument", "multiply", {part + "_place", part + "_factor"});
        return add(part, "sigmoid", {part + "_argument"});
    };
    const std::string high = below(name + "_high", 0.5), low = below(name + "_low", -0.5);
    scale(low + "_negative", low, -1);
    return add(name, "add", {high, low + "_negative"});
}

void ForgeExpectation::ring_shares() {
    const auto rings = static_cast<std::int64_t>(o_.ny), sectors = static_cast<std::int64_t>(o_.nx);
    std::vector<double> edges;
    for (const double edge : o_.ring_edges) edges.push_back(edge / forge_ring_width(o_));
    add("ring_edge_square", "power", {constants("ring_edges", edges)}, {{"exponent", 2}});
    std::vector<std::string> shares;
    for (std::size_t i = 0; i < forge_spreads.size(); ++i) {
        const auto name = [&](const char* what) { return fmt::format("ring_{}_{}", what, i); };
        scale(name("power"), "ring_edge_square", -0.5 / (forge_spreads[i] * forge_spreads[i]));
        add(name("beyond"), "exp", {name("power")});
        const auto part = [&](const char* what, std::int64_t begin) {
            return add(name(what), "slice", {name("beyond")},
                       {{"axis", 0}, {"begin", begin}, {"end", begin + rings}});
        };
        part("inner", 0);
        add(name("between"), "add", {name("inner"), scale(name("outer_negative"), part("outer", 1), -1)});
        scale(name("share"), name("between"), 1 / static_cast<double>(sectors));
        shares.push_back(reshape(name("row"), name("share"), {1, 1, 1, rings}));
    }
    concat("ring_spread", shares);
    add("sector_zeros", "range", {}, {{"count", sectors}, {"begin", 0}, {"step", 0}});
    reshape("sector_nothing", "sector_zeros", {1, 1, sectors, 1});
}

std::string ForgeExpectation::on_rings(const std::string& name, const std::size_t* g) {
    if (!g) return add(name, "add", {"ring_spread", "sector_nothing"});
    const auto [px, py] = forge_groups[*g];
    const auto spreads = static_cast<std::int64_t>(forge_spreads.size());
    Shape index;
    for (std::int64_t i = 0; i < spreads; ++i) {
        for (std::size_t ring = py; ring < o_.ny; ring += 2)
            index.push_back(i * static_cast<std::int64_t>(o_.ny) + static_cast<std::int64_t>(ring));
    }
    const std::int64_t rings = forge_group_cells(o_.ny, py), sectors = forge_group_cells(o_.nx, px);
    add(name + "_rings", "take", {"ring_spread"}, {{"index", index}, {"shape", {spreads, 1, 1, rings}}});
    add(name + "_sectors", "slice", {"sector_nothing"}, {{"axis", 2}, {"begin", 0}, {"end", sectors}});
    return add(name, "add", {name + "_rings", name + "_sectors"});
}

void ForgeExpectation::spread_shares() {
    if (o_.cylindrical()) {
        ring_shares();
        stacked("spread", on_rings("spread_parts", nullptr));
        std::string after;
        for (std::size_t g = forge_groups.size(); g-- > 0;) {
            const std::string shares = on_rings(fmt::format("group_spread_{}", g), &g);
            stacked(fmt::format("group_spread_image_{}", g), shares);
            to_come(g, add(fmt::format("spread_group_{}", g), "sum", {shares}, {{"axes", {2, 3}}}), after);
        }
        return;
    }
    const auto nx = static_cast<std::int64_t>(o_.nx), ny = static_cast<std::int64_t>(o_.ny);
    add("spread_parts", "multiply",
        {spread_line("spread_x", 0, 0, 1, nx), spread_line("spread_y", 1, 0, 1, ny)});
    stacked("spread", "spread_parts");
    std::array<std::array<std::string, 2>, 2> sums;  // of axis and place
    for (std::size_t axis = 0; axis < 2; ++axis) {
        for (std::size_t place = 0; place < 2; ++place) {
            const std::string line = fmt::format("spread_{}_{}", axis == 0 ? "x" : "y", place);
            const std::int64_t count = forge_group_cells(axis == 0 ? o_.nx : o_.ny, place);
            sums[axis][place] =
                add(line + "_sum", "sum", {spread_line(line, axis, place, 2, count)}, {{"axes", {2, 3}}});
        }
    }
    std::string after;
    for (std::size_t g = forge_groups.size(); g-- > 0;) {
        const auto [px, py] = forge_groups[g];
        add(fmt::format("group_spread_{}", g), "multiply",
            {fmt::format("spread_x_{}", px), fmt::format("spread_y_{}", py)});
        stacked(fmt::format("group_spread_image_{}", g), fmt::format("group_spread_{}", g));
        const std::string own =
            add(fmt::format("spread_group_{}", g), "multiply", {sums[0][px], sums[1][py]});
        to_come(g, own, after);
    }
}

void ForgeExpectation::to_come(std::size_t g, const std::string& own, std::string& after) {
    const std::string name = fmt::format("spread_to_come_{}", g);
    after = after.empty() ? scale(name, own, 1) : add(name, "add", {own, after});
}

std::string ForgeExpectation::narrow_shares(std::size_t g) {
    const auto narrow = std::ranges::count_if(forge_spreads, [](double width) { return width < 1; });
    const auto name = [&](const char* what) { return fmt::format("{}_{}", what, g); };
    add(name("narrow_spread"), "slice", {name("group_spread")}, {{"axis", 0}, {"begin", 0}, {"end", narrow}});
    return logarithm(name("narrow_shares"), name("narrow_spread"), 0.003, 0.4, 1);
}

std::string ForgeExpectation::expect(std::size_t z) {
    const auto count = static_cast<std::int64_t>(forge_spreads.size());
    shift(forge_name("weight_logits", z), z, forge_shifts_per_layer(o_) - count, count);
    const std::string weights =
        add(forge_name("weights", z), "softmax", {forge_name("weight_logits", z)}, {{"axes", {0}}});
    const std::string line = reshape(forge_name("weights_line", z), weights, {count, 1});
    for (std::size_t g = 0; g < forge_groups.size(); ++g) {
        add(forge_name("to_come_part", z, g), "multiply",
            {of_layer(fmt::format("spread_to_come_{}", g), z, 1), line});
        add(forge_name("to_come", z, g), "sum", {forge_name("to_come_part", z, g)}, {{"axes", {0}}});
    }
    const auto rows = static_cast<std::int64_t>(o_.nx);
    add(forge_name("weighted", z), "multiply", {of_layer("spread", z, rows), weights});
    add(forge_name("expected_sum", z), "sum", {forge_name("weighted", z)}, {{"axes", {0}}});
    reshape(forge_name("expected_share", z), forge_name("expected_sum", z),
            {1, static_cast<std::int64_t>(o_.nx), static_cast<std::int64_t>(o_.ny)});
    add(forge_name("expected_energy", z), "multiply",
        {forge_name("expected_share", z), forge_name("layer_energy", z)});
    // Far from the shower's axis a hundredth of a MIP still says something.
    return logarithm(forge_name("expected", z), forge_name("expected_energy", z), 0.01, 0.4, 0);
}

}  // namespace caloforge::network
