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

void ForgeExpectation::spread_shares() {
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
        const std::string name = fmt::format("spread_to_come_{}", g);
        after = after.empty() ? scale(name, own, 1) : add(name, "add", {own, after});
    }
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
