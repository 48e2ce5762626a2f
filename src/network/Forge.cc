#include "network/Forge.hh"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <stdexcept>

namespace caloforge::network {
namespace {

using core::Json;

// Knots of every distribution: in the middle about a sixth of the probability between two, 1 % beyond an end.
const std::vector<double> knots{-2.5, -1.6, -0.9, -0.3, 0.3, 0.9, 1.6, 2.5};
constexpr std::int64_t sample_parameters = 10;  ///< knots and two
constexpr double leak = 0.1;                    ///< slope of the activations below zero

/// The groups of a layer's cells, in the order in which they are drawn.
constexpr std::array<std::array<std::size_t, 2>, 4> groups{{{0, 0}, {1, 1}, {0, 1}, {1, 0}}};

std::int64_t group_cells(std::size_t cells, std::size_t place) {
    return static_cast<std::int64_t>((cells - place + 1) / 2);
}

/// Names of what belongs to layer z, or to group g of it.
std::string at(const std::string& part, std::size_t z) {
    return fmt::format("{}_{:02}", part, z);
}
std::string at(const std::string& part, std::size_t z, std::size_t g) {
    return fmt::format("{}_{}_{:02}", part, g, z);
}

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
    return {kernel, low, group_cells(cells, to) + kernel - 1 - group_cells(cells, from) - low};
}

/// From all cells to a group, three wide.
Taps onto_group(std::size_t cells, std::size_t to) {
    const std::int64_t low = to == 0 ? 1 : 0;
    return {3, low, 2 * (group_cells(cells, to) - 1) + 3 - static_cast<std::int64_t>(cells) - low};
}

class Builder {
  public:
    explicit Builder(const ForgeOptions& options) : o_(options) {}

    NetworkSpec build() {
        spec_.name = "forge-generator";
        spec_.inputs = {{"energy", {1}, "GeV"}};
        if (o_.impact) spec_.inputs.push_back({"impact", {2}, "mm"});
        const auto cells = static_cast<std::int64_t>(o_.nx * o_.ny * o_.nz);
        const auto layers = static_cast<std::int64_t>(o_.nz);
        // One number for the response, one for each layer but the pivot, one for each cell.
        add("noise", "random", {}, {{"distribution", "uniform"}, {"shape", {layers + cells}}, {"stream", 0}});
        energies();
        profile();
        positions();
        for (std::size_t z = 0; z < o_.nz; ++z) layer(z);
        join();
        return std::move(spec_);
    }

  private:
    std::string add(const std::string& name, const char* type, std::vector<std::string> inputs,
                    Json parameters = Json::object()) {
        spec_.layers.push_back({name, type, std::move(inputs), std::move(parameters)});
        return name;
    }
    std::string scale(const std::string& name, const std::string& x, double factor, double offset = 0) {
        return add(name, "scale", {x}, {{"factor", factor}, {"offset", offset}});
    }
    std::string reshape(const std::string& name, const std::string& x, const Shape& shape) {
        return add(name, "reshape", {x}, {{"shape", shape}});
    }
    /// ln(x + offset) * factor + shift.
    std::string logarithm(const std::string& name, const std::string& x, double offset, double factor,
                          double shift) {
        scale(name + "_shifted", x, 1, offset);
        add(name + "_log", "log", {name + "_shifted"});
        return scale(name, name + "_log", factor, shift);
    }
    /// The next of the uniform numbers, as many as `shape` holds.
    std::string noise(const std::string& name, const Shape& shape) {
        const std::int64_t count = element_count(shape);
        add(name + "_part", "slice", {"noise"}, {{"axis", 0}, {"begin", used_}, {"end", used_ + count}});
        used_ += count;
        return reshape(name, name + "_part", shape);
    }
    std::string sample(const std::string& name, const std::string& parameters, const Shape& shape,
                       bool zeros = true) {
        return add(name, "sample", {parameters, noise(name + "_noise", shape)},
                   {{"knots", knots}, {"zeros", zeros}});
    }
    std::string activated(const std::string& name, const std::string& x) {
        return add(name, "leaky_relu", {x}, {{"slope", leak}});
    }
    /// A hidden layer, which the last one sees beside the features themselves.
    std::string parameters(const std::string& name, const std::string& features, bool zeros = true) {
        add(name + "_hidden", "dense", {features}, {{"units", o_.energy_hidden}});
        add(name + "_active", "silu", {name + "_hidden"});
        add(name + "_all", "concat", {name + "_active", features});
        return add(name + "_parameters", "dense", {name + "_all"},
                   {{"units", sample_parameters - (zeros ? 0 : 1)}});
    }
    /// A convolution whose tensors all layers of the calorimeter share: those of the first.
    std::string shared(const std::string& part, std::size_t z, const std::string& x, std::int64_t filters,
                       const std::array<Taps, 2>& taps, std::int64_t stride, bool bias) {
        Json parameters = {{"filters", filters},
                           {"kernel", {taps[0].kernel, taps[1].kernel}},
                           {"stride", {stride, stride}},
                           {"padding", {{taps[0].low, taps[0].high}, {taps[1].low, taps[1].high}}},
                           {"bias", bias},
                           {"initialiser", "he_uniform"}};
        if (z > 0) parameters["tensors"] = at(part, 0);
        return add(at(part, z), "conv2d", {x}, std::move(parameters));
    }

    void energies() {
        scale("energy_in_100", "energy", 0.01);
        add("energy_log", "log", {"energy_in_100"});
        scale("energy_in_10", "energy", 0.1);
        add("energy_root", "power", {"energy_in_10"}, {{"exponent", -0.5}});
        add("energy_features", "concat", {"energy_log", "energy_root"});
        sample("response", parameters("response", "energy_features", false), {1}, false);
        add("deposited_relative", "multiply", {"response", "energy"});
        scale("deposited", "deposited_relative", o_.response / o_.mip);
        // Fluctuations of the response are some per cent.
        logarithm("response_feature", "response", 0, 8, 0);
        std::string features = add("features_0", "concat", {"energy_features", "response_feature"});
        std::string left = "deposited";
        std::size_t number = 0;
        for (const std::size_t z : forge_layer_order(o_)) {
            const std::string ratio = at("layer_ratio", z);
            sample(ratio, parameters(ratio, features), {1});
            scale(at("layer_whole", z), ratio, 1, 1);
            add(at("layer_rest", z), "power", {at("layer_whole", z)}, {{"exponent", -1}});
            left = add(at("left", z), "multiply", {left, at("layer_rest", z)});
            add(at("layer_energy", z), "multiply", {left, ratio});
            // 3 tanh(x / 3): features stay within what training saw, whatever was drawn.
            logarithm(at("layer_wide", z), ratio, 1e-4, 0.5, 1);
            scale(at("layer_doubled", z), at("layer_wide", z), 2.0 / 3);
            add(at("layer_bounded", z), "sigmoid", {at("layer_doubled", z)});
            scale(at("layer_feature", z), at("layer_bounded", z), 6, -3);
            features =
                add(fmt::format("features_{}", ++number), "concat", {features, at("layer_feature", z)});
        }
        scale(at("layer_energy", o_.pivot), left, 1);
    }

    /// What the cells are told about the whole shower: a shift for every channel of every layer.
    void profile() {
        std::vector<std::string> logs{"energy_features", "response_feature"};
        for (std::size_t z = 0; z < o_.nz; ++z)
            logs.push_back(logarithm(at("layer_log", z), at("layer_energy", z), 0.05, 1.0 / 3, -5.0 / 3));
        concat("profile", logs);
        add("profile_hidden", "dense", {"profile"}, {{"units", o_.profile_hidden}});
        add("profile_active", "silu", {"profile_hidden"});
        const std::int64_t each = o_.channels + 4 * o_.hidden;
        const std::int64_t all = each * static_cast<std::int64_t>(o_.nz);
        add("profile_shifts", "dense", {"profile_active"}, {{"units", all}});
        reshape("shifts", "profile_shifts", {all, 1, 1});
    }
    std::string shift(const std::string& name, std::size_t z, std::int64_t begin, std::int64_t count) {
        const std::int64_t first = static_cast<std::int64_t>(z) * (o_.channels + 4 * o_.hidden) + begin;
        return add(name, "slice", {"shifts"}, {{"axis", 0}, {"begin", first}, {"end", first + count}});
    }

    /// Joins any number of inputs along the first axis.
    std::string concat(const std::string& name, std::vector<std::string> inputs) {
        constexpr std::size_t most = 64;
        for (int level = 0; inputs.size() > most; ++level) {
            std::vector<std::string> joined;
            for (std::size_t i = 0; i < inputs.size(); i += most) {
                const auto end =
                    inputs.begin() + static_cast<std::ptrdiff_t>(std::min(i + most, inputs.size()));
                const std::vector<std::string> part(inputs.begin() + static_cast<std::ptrdiff_t>(i), end);
                joined.push_back(part.size() == 1 ? part[0]
                                                  : add(fmt::format("{}_{}_{}", name, level, joined.size()),
                                                        "concat", part));
            }
            inputs = joined;
        }
        return add(name, "concat", inputs);
    }

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
        for (std::size_t g = 0; g < groups.size(); ++g) {
            const auto name = [&](const char* what) { return fmt::format("{}_{}", what, g); };
            const auto square = [&](const char* axis, std::size_t cells, std::size_t place, bool first) {
                const std::int64_t count = group_cells(cells, place);
                const double begin = static_cast<double>(place) - 0.5 * static_cast<double>(cells - 1);
                std::string at =
                    add(name(axis), "range", {}, {{"count", count}, {"begin", begin}, {"step", 2}});
                if (o_.impact) at = add(name(axis) + "_away", "add", {at, std::string("impact_") + axis});
                at = reshape(name(axis) + "_line", at, first ? Shape{1, count, 1} : Shape{1, 1, count});
                return add(name(axis) + "_square", "power", {at}, {{"exponent", 2}});
            };
            const std::string x = square("x", o_.nx, groups[g][0], true);
            const std::string y = square("y", o_.ny, groups[g][1], false);
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
        const auto cells = static_cast<std::int64_t>(o_.nx * o_.ny);
        add("nothing_line", "range", {}, {{"count", cells}, {"begin", 0}, {"step", 0}});
        reshape("nothing", "nothing_line",
                {1, static_cast<std::int64_t>(o_.nx), static_cast<std::int64_t>(o_.ny)});
    }

    void layer(std::size_t z) {
        std::vector<std::string> past;
        for (std::int64_t back = o_.past_layers; back > 0; --back) {
            const std::int64_t from = static_cast<std::int64_t>(z) - back;
            past.push_back(from < 0 ? "nothing" : at("seen", static_cast<std::size_t>(from)));
        }
        if (past.size() > 1) past = {add(at("past", z), "concat", past)};
        const Taps wide{o_.past_kernel, o_.past_kernel / 2, o_.past_kernel / 2};
        shared("past_features", z, past[0], o_.past_channels, {wide, wide}, 1, true);
        const std::string features = activated(at("past_active", z), at("past_features", z));
        const std::string energy = at("layer_energy", z);
        std::string drawn;  // so far, in this layer
        std::vector<std::string> images;
        for (std::size_t g = 0; g < groups.size(); ++g) {
            const std::string cells = group(z, g, features, drawn);
            images.push_back(cells);
            add(at("sum", z, g), "sum", {cells}, {{"axes", {0, 1, 2}}});
            drawn = g == 0 ? at("sum", z, g) : add(at("drawn", z, g), "add", {drawn, at("sum", z, g)});
        }
        add(at("cells", z), "interleave", {images[0], images[2], images[3], images[1]}, {{"factor", {2, 2}}});
        scale(at("drawn_positive", z), drawn, 1, 1e-6);
        add(at("drawn_inverse", z), "power", {at("drawn_positive", z)}, {{"exponent", -1}});
        add(at("correction", z), "multiply", {energy, at("drawn_inverse", z)});
        add(at("layer", z), "multiply", {at("cells", z), at("correction", z)});
        if (z + 1 < o_.nz) seen(at("seen", z), at("layer", z));
    }

    /// Energies as a convolution reads them: 1/2 ln(1 + 5 E / MIP).
    std::string seen(const std::string& name, const std::string& cells) {
        scale(name + "_shifted", cells, 5, 1);
        add(name + "_log", "log", {name + "_shifted"});
        return scale(name, name + "_log", 0.5);
    }

    std::string group(std::size_t z, std::size_t g, const std::string& features, const std::string& drawn) {
        const auto [px, py] = groups[g];
        const auto part = [&](const char* what) { return fmt::format("{}_{}", what, g); };
        const std::array<Taps, 2> from_all{onto_group(o_.nx, px), onto_group(o_.ny, py)};
        // One kernel for all groups: they differ in where it lies.
        Json around = {
            {"filters", o_.channels},
            {"kernel", {3, 3}},
            {"stride", {2, 2}},
            {"padding", {{from_all[0].low, from_all[0].high}, {from_all[1].low, from_all[1].high}}},
            {"bias", false},
            {"initialiser", "he_uniform"}};
        if (z > 0 || g > 0) around["tensors"] = at("around", 0, 0);
        add(at("around", z, g), "conv2d", {features}, std::move(around));
        std::string sum = add(at("around_placed", z, g), "add", {at("around", z, g), part("place_features")});
        shift(at("shift", z, g), z, 0, o_.channels);
        sum = add(at("around_sum", z, g), "add", {sum, at("shift", z, g)});
        const std::string context = activated(at("context", z, g), sum);

        constexpr Taps one{1, 0, 0};
        const std::string first = shared(part("first"), z, context, o_.hidden, {one, one}, 1, false);
        sum = first;
        for (std::size_t before = 0; before < g; ++before) {
            const std::array<Taps, 2> taps{between_groups(o_.nx, groups[before][0], px),
                                           between_groups(o_.ny, groups[before][1], py)};
            const std::string near = shared(fmt::format("near_{}_{}", g, before), z, at("seen", z, before),
                                            o_.hidden, taps, 1, false);
            sum = add(fmt::format("{}_sum", near), "add", {sum, near});
        }
        shift(at("hidden_shift", z, g), z, o_.channels + static_cast<std::int64_t>(g) * o_.hidden, o_.hidden);
        std::string shifts = at("hidden_shift", z, g);
        if (g > 0) shifts = add(at("all_shifts", z, g), "add", {shifts, left(z, g, drawn)});
        sum = add(at("first_sum", z, g), "add", {sum, shifts});
        const std::string active = activated(at("first_active", z, g), sum);
        const std::string second = shared(part("second"), z, active, o_.hidden, {one, one}, 1, true);
        sum = add(second + "_sum", "add", {second, active});
        activated(at("second_active", z, g), sum);
        const std::string parameters =
            shared(part("parameters"), z, at("second_active", z, g), sample_parameters, {one, one}, 1, true);
        const std::string cells =
            sample(at("cells", z, g), parameters, {1, group_cells(o_.nx, px), group_cells(o_.ny, py)});
        if (g + 1 < groups.size()) seen(at("seen", z, g), cells);
        return cells;
    }

    /// A shift for every hidden channel from what is left of the layer's energy.
    std::string left(std::size_t z, std::size_t g, const std::string& drawn) {
        const std::string energy = at("layer_energy", z);
        scale(at("drawn_negative", z, g), drawn, -1);
        add(at("difference", z, g), "add", {energy, at("drawn_negative", z, g)});
        add(at("rest", z, g), "relu", {at("difference", z, g)});
        logarithm(at("rest_log", z, g), at("rest", z, g), 0.05, 1.0 / 3, 0);
        scale(at("energy_positive", z, g), energy, 1, 0.05);
        add(at("energy_inverse", z, g), "power", {at("energy_positive", z, g)}, {{"exponent", -1}});
        add(at("rest_share", z, g), "multiply", {at("rest", z, g), at("energy_inverse", z, g)});
        add(at("rest_features", z, g), "concat", {at("rest_log", z, g), at("rest_share", z, g)});
        Json parameters = {{"units", o_.hidden}, {"bias", false}};
        if (z > 0) parameters["tensors"] = at("rest_shift", 0, g);
        add(at("rest_shift", z, g), "dense", {at("rest_features", z, g)}, std::move(parameters));
        return reshape(at("rest_shifts", z, g), at("rest_shift", z, g), {o_.hidden, 1, 1});
    }

    void join() {
        std::vector<std::string> layers;
        for (std::size_t z = 0; z < o_.nz; ++z) layers.push_back(at("layer", z));
        concat("layers", layers);
        add("turned", "permute", {"layers"}, {{"order", {1, 2, 0}}});
        const Shape shape{1, static_cast<std::int64_t>(o_.nx), static_cast<std::int64_t>(o_.ny),
                          static_cast<std::int64_t>(o_.nz)};
        reshape("image", "turned", shape);
        scale("showers", "image", o_.mip);
        spec_.outputs = {{"showers", shape, "GeV"}};
    }

    const ForgeOptions& o_;
    NetworkSpec spec_;
    std::int64_t used_ = 0;  ///< of the uniform numbers
};

}  // namespace

NetworkSpec forge_generator(const ForgeOptions& options) {
    if (options.nx < 4 || options.ny < 4 || options.nz < 2 || options.pivot >= options.nz ||
        options.past_kernel % 2 == 0 || !(options.mip > 0) || !(options.response > 0) ||
        !(options.cell_x > 0) || !(options.cell_y > 0))
        throw std::logic_error("forge_generator: options beyond those stated");
    return Builder(options).build();
}

std::vector<std::size_t> forge_layer_order(const ForgeOptions& options) {
    std::vector<std::size_t> order;
    for (std::size_t z = options.nz - 1; z > options.pivot; --z) order.push_back(z);
    for (std::size_t z = 0; z < options.pivot; ++z) order.push_back(z);
    return order;
}

std::vector<ForgeSample> forge_samples(const ForgeOptions& options) {
    using Kind = ForgeSample::Kind;
    std::vector<ForgeSample> out{{"response", Kind::response}};
    for (const std::size_t z : forge_layer_order(options))
        out.push_back({at("layer_ratio", z), Kind::layer_ratio, z});
    for (std::size_t z = 0; z < options.nz; ++z) {
        for (std::size_t g = 0; g < groups.size(); ++g)
            out.push_back({at("cells", z, g), Kind::cells, z, groups[g][0], groups[g][1]});
    }
    return out;
}

}  // namespace caloforge::network
