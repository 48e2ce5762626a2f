#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "network/ForgeWriter.hh"

namespace caloforge::network {
namespace {

/// Of a convolution along one axis.
struct Taps {
    std::int64_t kernel;
    std::int64_t low;
    std::int64_t high;
};

/// From a group to the nearest cells of another: those one cell apart on both sides, or the cell itself and
/// those two apart.
Taps between_groups(std::size_t cells, std::size_t from, std::size_t to) {
    const std::int64_t kernel = from == to ? 3 : 2;
    const std::int64_t low = from == to || from > to ? 1 : 0;
    return {kernel, low, forge_group_cells(cells, to) + kernel - 1 - forge_group_cells(cells, from) - low};
}

/// From all cells to a group, three wide.
Taps onto_group(std::size_t cells, std::size_t to) {
    const std::int64_t low = to == 0 ? 1 : 0;
    return {3, low, 2 * (forge_group_cells(cells, to) - 1) + 3 - static_cast<std::int64_t>(cells) - low};
}

class Cells : public ForgeWriter {
  public:
    using ForgeWriter::ForgeWriter;

    /// Smooth functions of the place of a group's cells relative to the impact point, in cells; the same for
    /// all layers and all eight symmetries of the window.
    void positions() {
        if (o_.impact) {
            for (const auto& [axis, size, begin] :
                 {std::tuple{"x", o_.cell_x, 0}, std::tuple{"y", o_.cell_y, 1}}) {
                const std::string name = std::string("impact_") + axis;
                add(name + "_mm", "slice", {"impact"}, {{"axis", 0}, {"begin", begin}, {"end", begin + 1}});
                scale(name, name + "_mm", -1 / size);
            }
        }
        for (std::size_t g = 0; g < forge_groups.size(); ++g) {
            const auto name = [&](const char* what) { return fmt::format("{}_{}", what, g); };
            const auto square = [&](const char* axis, std::size_t cells, std::size_t place, bool first) {
                const std::int64_t count = forge_group_cells(cells, place);
                const double begin = static_cast<double>(place) - 0.5 * static_cast<double>(cells - 1);
                std::string at =
                    add(name(axis), "range", {}, {{"count", count}, {"begin", begin}, {"step", 2}});
                if (o_.impact) at = add(name(axis) + "_away", "add", {at, std::string("impact_") + axis});
                at = reshape(name(axis) + "_line", at, first ? Shape{1, count, 1} : Shape{1, 1, count});
                return add(name(axis) + "_square", "power", {at}, {{"exponent", 2}});
            };
            const std::string x = square("x", o_.nx, forge_groups[g][0], true);
            const std::string y = square("y", o_.ny, forge_groups[g][1], false);
            const std::string r = add(name("radius_square"), "add", {x, y});
            const auto gauss = [&](const std::string& what, const std::string& from, double width) {
                scale(what + "_scaled", from, -width);
                return add(what, "exp", {what + "_scaled"});
            };
            const std::string gx = gauss(name("near_x"), x, 1), gy = gauss(name("near_y"), y, 1);
            add(name("place"), "concat",
                {logarithm(name("core"), r, 0.05, 0.3, 0), logarithm(name("middle"), r, 1, 0.3, 0),
                 logarithm(name("halo"), r, 10, 0.5, -1), add(name("cross"), "add", {gx, gy}),
                 add(name("near"), "multiply", {gx, gy}), gauss(name("wide"), r, 0.1)});
            add(name("place_features"), "conv2d", {name("place")},
                {{"filters", o_.channels}, {"kernel", {1, 1}}, {"initialiser", "he_uniform"}});
        }
        spread_shares();
        for (std::size_t g = 0; g < forge_groups.size(); ++g) core_places(g);
        const auto cells = static_cast<std::int64_t>(o_.nx * o_.ny);
        add("nothing_line", "range", {}, {{"count", cells}, {"begin", 0}, {"step", 0}});
        reshape("nothing", "nothing_line",
                {1, static_cast<std::int64_t>(o_.nx), static_cast<std::int64_t>(o_.ny)});
    }

    void layer(std::size_t z) {
        std::vector<std::string> past;
        for (std::int64_t back = o_.past_layers; back > 0; --back) {
            const std::int64_t from = static_cast<std::int64_t>(z) - back;
            past.push_back(from < 0 ? "nothing" : forge_name("seen", static_cast<std::size_t>(from)));
        }
        past.push_back(expect(z));
        add(forge_name("past", z), "concat", past);
        const Taps wide{o_.past_kernel, o_.past_kernel / 2, o_.past_kernel / 2};
        shared("past_features", z, forge_name("past", z), o_.past_channels, {wide, wide}, 1, true);
        const std::string features = activated(forge_name("past_active", z), forge_name("past_features", z));
        const std::string energy = forge_name("layer_energy", z);
        std::string drawn;  // so far, in this layer
        std::vector<std::string> images;
        for (std::size_t g = 0; g < forge_groups.size(); ++g) {
            const std::string cells = group(z, g, features, drawn);
            images.push_back(cells);
            add(forge_name("sum", z, g), "sum", {cells}, {{"axes", {0, 1, 2}}});
            drawn = g == 0 ? forge_name("sum", z, g)
                           : add(forge_name("drawn", z, g), "add", {drawn, forge_name("sum", z, g)});
        }
        add(forge_name("cells", z), "interleave", {images[0], images[2], images[3], images[1]},
            {{"factor", {2, 2}}});
        scale(forge_name("drawn_positive", z), drawn, 1, 1e-6);
        add(forge_name("drawn_inverse", z), "power", {forge_name("drawn_positive", z)}, {{"exponent", -1}});
        add(forge_name("correction", z), "multiply", {energy, forge_name("drawn_inverse", z)});
        add(forge_name("layer", z), "multiply", {forge_name("cells", z), forge_name("correction", z)});
        if (z + 1 < o_.nz) seen(forge_name("seen", z), forge_name("layer", z));
    }

  private:
    /// A convolution whose tensors all layers of the calorimeter share: those of the first.
    std::string shared(const std::string& part, std::size_t z, const std::string& x, std::int64_t filters,
                       const std::array<Taps, 2>& taps, std::int64_t stride, bool bias,
                       const char* initialiser = "he_uniform") {
        core::Json parameters = {{"filters", filters},
                                 {"kernel", {taps[0].kernel, taps[1].kernel}},
                                 {"stride", {stride, stride}},
                                 {"padding", {{taps[0].low, taps[0].high}, {taps[1].low, taps[1].high}}},
                                 {"bias", bias},
                                 {"initialiser", initialiser}};
        if (z > 0) parameters["tensors"] = forge_name(part, 0);
        return add(forge_name(part, z), "conv2d", {x}, std::move(parameters));
    }

    std::string shift(const std::string& name, std::size_t z, std::int64_t begin, std::int64_t count) {
        const std::int64_t first = static_cast<std::int64_t>(z) * forge_shifts_per_layer(o_) + begin;
        return add(name, "slice", {"shifts"}, {{"axis", 0}, {"begin", first}, {"end", first + count}});
    }

    /// How much of each of forge_spreads lies between the borders of a line of cells along one axis:
    /// (spreads, cells, 1), or (spreads, 1, cells). The line: `count` cells, every `step`-th from `place` on.
    std::string spread_line(const std::string& name, std::size_t axis, std::size_t place, std::size_t step,
                            std::int64_t count) {
        const std::size_t all = axis == 0 ? o_.nx : o_.ny;
        const double begin = static_cast<double>(place) - 0.5 * static_cast<double>(all - 1);
        std::string at = add(name + "_at", "range", {}, {{"count", count}, {"begin", begin}, {"step", step}});
        if (o_.impact) at = add(name + "_away", "add", {at, axis == 0 ? "impact_x" : "impact_y"});
        const auto below = [&](const std::string& part, double border) {
            std::vector<std::string> lines;
            for (std::size_t i = 0; i < forge_spreads.size(); ++i) {
                const double width = forge_spreads[i];
                const std::string line = fmt::format("{}_{}", part, i);
                scale(line + "_scaled", at, 1 / width, border / width);
                lines.push_back(
                    reshape(line, line + "_scaled", axis == 0 ? Shape{1, count, 1} : Shape{1, 1, count}));
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

    /// What of each of forge_spreads lies in every cell, "spread" (spreads, X, Y), and in the cells of a
    /// group and those drawn after it, "spread_to_come_<group>" (spreads).
    void spread_shares() {
        const auto nx = static_cast<std::int64_t>(o_.nx), ny = static_cast<std::int64_t>(o_.ny);
        add("spread", "multiply",
            {spread_line("spread_x", 0, 0, 1, nx), spread_line("spread_y", 1, 0, 1, ny)});
        std::array<std::array<std::string, 2>, 2> sums;  // of axis and place
        for (std::size_t axis = 0; axis < 2; ++axis) {
            for (std::size_t place = 0; place < 2; ++place) {
                const std::string line = fmt::format("spread_{}_{}", axis == 0 ? "x" : "y", place);
                const std::int64_t count = forge_group_cells(axis == 0 ? o_.nx : o_.ny, place);
                sums[axis][place] =
                    add(line + "_sum", "sum", {spread_line(line, axis, place, 2, count)}, {{"axes", {1, 2}}});
            }
        }
        std::string after;
        for (std::size_t g = forge_groups.size(); g-- > 0;) {
            const auto [px, py] = forge_groups[g];
            const std::string own =
                add(fmt::format("spread_group_{}", g), "multiply", {sums[0][px], sums[1][py]});
            const std::string name = fmt::format("spread_to_come_{}", g);
            after = after.empty() ? scale(name, own, 1) : add(name, "add", {own, after});
        }
    }

    /// The energies that layer z's cells may expect, as a convolution reads them, and how much of the layer's
    /// energy a group and those after it may: "to_come_<group>_<z>" (1).
    std::string expect(std::size_t z) {
        const auto count = static_cast<std::int64_t>(forge_spreads.size());
        shift(forge_name("weight_logits", z), z, forge_shifts_per_layer(o_) - count, count);
        const std::string weights =
            add(forge_name("weights", z), "softmax", {forge_name("weight_logits", z)}, {{"axes", {0}}});
        const std::string line = reshape(forge_name("weights_line", z), weights, {count});
        for (std::size_t g = 0; g < forge_groups.size(); ++g) {
            add(forge_name("to_come_part", z, g), "multiply", {fmt::format("spread_to_come_{}", g), line});
            add(forge_name("to_come", z, g), "sum", {forge_name("to_come_part", z, g)}, {{"axes", {0}}});
        }
        add(forge_name("weighted", z), "multiply", {"spread", weights});
        add(forge_name("expected_sum", z), "sum", {forge_name("weighted", z)}, {{"axes", {0}}});
        reshape(forge_name("expected_share", z), forge_name("expected_sum", z),
                {1, static_cast<std::int64_t>(o_.nx), static_cast<std::int64_t>(o_.ny)});
        add(forge_name("expected_energy", z), "multiply",
            {forge_name("expected_share", z), forge_name("layer_energy", z)});
        // Far from the shower's axis a hundredth of a MIP still says something.
        return logarithm(forge_name("expected", z), forge_name("expected_energy", z), 0.01, 0.4, 0);
    }

    /// Energies as a convolution reads them: 1/2 ln(1 + 5 E / MIP).
    std::string seen(const std::string& name, const std::string& cells) {
        scale(name + "_shifted", cells, 5, 1);
        add(name + "_log", "log", {name + "_shifted"});
        return scale(name, name + "_log", 0.5);
    }

    std::string group(std::size_t z, std::size_t g, const std::string& features, const std::string& drawn) {
        const auto [px, py] = forge_groups[g];
        const auto part = [&](const char* what) { return fmt::format("{}_{}", what, g); };
        const std::array<Taps, 2> from_all{onto_group(o_.nx, px), onto_group(o_.ny, py)};
        // One kernel for all groups: they differ in where it lies.
        core::Json around = {
            {"filters", o_.channels},
            {"kernel", {3, 3}},
            {"stride", {2, 2}},
            {"padding", {{from_all[0].low, from_all[0].high}, {from_all[1].low, from_all[1].high}}},
            {"bias", false},
            {"initialiser", "he_uniform"}};
        if (z > 0 || g > 0) around["tensors"] = forge_name("around", 0, 0);
        add(forge_name("around", z, g), "conv2d", {features}, std::move(around));
        std::string sum = add(forge_name("around_placed", z, g), "add",
                              {forge_name("around", z, g), part("place_features")});
        shift(forge_name("shift", z, g), z, 0, o_.channels);
        sum = add(forge_name("around_sum", z, g), "add", {sum, forge_name("shift", z, g)});
        const std::string context = activated(forge_name("context", z, g), sum);

        constexpr Taps one{1, 0, 0};
        const std::string first = shared(part("first"), z, context, o_.hidden, {one, one}, 1, false);
        sum = first;
        for (std::size_t before = 0; before < g; ++before) {
            const std::array<Taps, 2> taps{between_groups(o_.nx, forge_groups[before][0], px),
                                           between_groups(o_.ny, forge_groups[before][1], py)};
            const std::string near = shared(fmt::format("near_{}_{}", g, before), z,
                                            forge_name("seen", z, before), o_.hidden, taps, 1, false);
            sum = add(fmt::format("{}_sum", near), "add", {sum, near});
        }
        shift(forge_name("hidden_shift", z, g), z, o_.channels + static_cast<std::int64_t>(g) * o_.hidden,
              o_.hidden);
        std::string shifts = forge_name("hidden_shift", z, g);
        const std::string rest = g == 0 ? forge_name("layer_energy", z) : left(z, g, drawn);
        if (g > 0) shifts = add(forge_name("all_shifts", z, g), "add", {shifts, rest_shifts(z, g, rest)});
        sum = add(forge_name("first_sum", z, g), "add", {sum, shifts});
        const std::string active = activated(forge_name("first_active", z, g), sum);
        const std::string second = shared(part("second"), z, active, o_.hidden, {one, one}, 1, true);
        sum = add(second + "_sum", "add", {second, active});
        activated(forge_name("second_active", z, g), sum);
        const std::string hidden =
            add(forge_name("hidden", z, g), "add",
                {forge_name("second_active", z, g), core(z, g, forge_name("first_sum", z, g), rest)});
        const std::string parameters =
            shared(part("parameters"), z, hidden, forge_sample_parameters, {one, one}, 1, true);
        core::Json rule = {{"knots", forge_knots}, {"zeros", true}};
        if (!o_.bend_from.empty()) rule.update(core::Json{{"from", o_.bend_from}, {"to", o_.bend_to}});
        const std::string cells =
            sample(forge_name("cells", z, g), parameters,
                   {1, forge_group_cells(o_.nx, px), forge_group_cells(o_.ny, py)}, std::move(rule));
        if (g + 1 < forge_groups.size()) seen(forge_name("seen", z, g), cells);
        return cells;
    }

    /// Where the core of a group lies among its cells.
    struct Core {
        std::array<std::int64_t, 2> cells{}, margin{};
    };
    Core core_of(std::size_t g) const {
        Core core;
        for (std::size_t axis = 0; axis < 2; ++axis) {
            const std::int64_t all = forge_group_cells(axis == 0 ? o_.nx : o_.ny, forge_groups[g][axis]);
            core.cells[axis] = std::min(all, all % 2 == 0 ? forge_core_cells - 1 : forge_core_cells);
            core.margin[axis] = (all - core.cells[axis]) / 2;
        }
        return core;
    }

    /// The part of an image of group g's cells that is its core.
    std::string middle(const std::string& name, const std::string& x, std::size_t g) {
        const Core core = core_of(g);
        add(name + "_rows", "slice", {x},
            {{"axis", 1}, {"begin", core.margin[0]}, {"end", core.margin[0] + core.cells[0]}});
        return add(name, "slice", {name + "_rows"},
                   {{"axis", 2}, {"begin", core.margin[1]}, {"end", core.margin[1] + core.cells[1]}});
    }

    /// Of group g's core, the same for all layers: the features of the cells' places, "core_place_<g>", and
    /// what of each of forge_spreads lies in every cell, "core_spread_<g>".
    void core_places(std::size_t g) {
        const Core core = core_of(g);
        middle(fmt::format("core_place_{}", g), fmt::format("place_features_{}", g), g);
        std::array<std::string, 2> lines;
        for (std::size_t axis = 0; axis < 2; ++axis) {
            const std::size_t first = forge_groups[g][axis] + 2 * static_cast<std::size_t>(core.margin[axis]);
            lines[axis] = spread_line(fmt::format("core_spread_{}_{}", axis == 0 ? "x" : "y", g), axis, first,
                                      2, core.cells[axis]);
        }
        add(fmt::format("core_spread_{}", g), "multiply", {lines[0], lines[1]});
    }

    /// What a wider network adds to the hidden channels of the cells in the middle of the window, where most
    /// of the energy is and where the shower's width is decided. It sees the hidden channels before their
    /// activation, the cells' places with a gain for each feature, and what the cells may expect of the
    /// layer's energy and of the `rest` of it.
    std::string core(std::size_t z, std::size_t g, const std::string& first, const std::string& rest) {
        const auto part = [&](const char* what) { return fmt::format("{}_{}", what, g); };
        const auto groups = static_cast<std::int64_t>(forge_groups.size());
        constexpr Taps one{1, 0, 0};
        const Core core = core_of(g);
        add(forge_name("core_weighted", z, g), "multiply", {part("core_spread"), forge_name("weights", z)});
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
        add(forge_name("core_placed", z, g), "multiply", {part("core_place"), forge_name("gain", z, g)});
        add(forge_name("core", z, g), "concat",
            {middle(forge_name("core_hidden", z, g), first, g), forge_name("core_placed", z, g),
             forge_name("core_expected", z, g), forge_name("core_seen", z, g)});
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

    /// What is left of the layer's energy, MIP.
    std::string left(std::size_t z, std::size_t g, const std::string& drawn) {
        scale(forge_name("drawn_negative", z, g), drawn, -1);
        add(forge_name("difference", z, g), "add",
            {forge_name("layer_energy", z), forge_name("drawn_negative", z, g)});
        return add(forge_name("rest", z, g), "relu", {forge_name("difference", z, g)});
    }

    /// A shift for every hidden channel from what is left of the layer's energy, and from what of it the
    /// groups to come may expect.
    std::string rest_shifts(std::size_t z, std::size_t g, const std::string& rest) {
        const std::string energy = forge_name("layer_energy", z);
        logarithm(forge_name("rest_log", z, g), rest, 0.05, 1.0 / 3, 0);
        scale(forge_name("energy_positive", z, g), energy, 1, 0.05);
        add(forge_name("energy_inverse", z, g), "power", {forge_name("energy_positive", z, g)},
            {{"exponent", -1}});
        add(forge_name("rest_share", z, g), "multiply", {rest, forge_name("energy_inverse", z, g)});
        add(forge_name("rest_expected", z, g), "multiply", {energy, forge_name("to_come", z, g)});
        logarithm(forge_name("rest_expected_log", z, g), forge_name("rest_expected", z, g), 0.05, 1.0 / 3, 0);
        add(forge_name("rest_features", z, g), "concat",
            {forge_name("rest_log", z, g), forge_name("rest_share", z, g),
             forge_name("rest_expected_log", z, g)});
        core::Json parameters = {{"units", o_.hidden}, {"bias", false}};
        if (z > 0) parameters["tensors"] = forge_name("rest_shift", 0, g);
        add(forge_name("rest_shift", z, g), "dense", {forge_name("rest_features", z, g)},
            std::move(parameters));
        return reshape(forge_name("rest_shifts", z, g), forge_name("rest_shift", z, g), {o_.hidden, 1, 1});
    }
};

}  // namespace

void write_forge_cells(ForgeDraft& draft) {
    Cells part(draft);
    part.positions();
    for (std::size_t z = 0; z < draft.options.nz; ++z) part.layer(z);
}

}  // namespace caloforge::network
