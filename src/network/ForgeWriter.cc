#include "network/ForgeWriter.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caloforge::network {
std::string forge_name(const std::string& part, std::size_t z) {
    return fmt::format("{}_{:02}", part, z);
}

std::string forge_name(const std::string& part, std::size_t z, std::size_t g) {
    return fmt::format("{}_{}_{:02}", part, g, z);
}

std::int64_t forge_shifts_per_layer(const ForgeOptions& options) {
    return 2 * options.channels +
           static_cast<std::int64_t>(forge_groups.size()) * (options.hidden + options.core) +
           static_cast<std::int64_t>(forge_spreads.size());
}

std::int64_t forge_group_cells(std::size_t cells, std::size_t place) {
    return static_cast<std::int64_t>((cells - place + 1) / 2);
}

double forge_ring_width(const ForgeOptions& options) {
    return (options.ring_edges.back() - options.ring_edges.front()) / static_cast<double>(options.ny);
}

std::string ForgeWriter::add(const std::string& name, const char* type, std::vector<std::string> inputs,
                             core::Json parameters) {
    return draft_.builder.add(name, type, std::move(inputs), std::move(parameters));
}

std::string ForgeWriter::scale(const std::string& name, const std::string& x, double factor, double offset) {
    return add(name, "scale", {x}, {{"factor", factor}, {"offset", offset}});
}

std::string ForgeWriter::reshape(const std::string& name, const std::string& x, const Shape& shape) {
    return add(name, "reshape", {x}, {{"shape", shape}});
}

std::string ForgeWriter::logarithm(const std::string& name, const std::string& x, double offset,
                                   double factor, double shift) {
    scale(name + "_shifted", x, 1, offset);
    add(name + "_log", "log", {name + "_shifted"});
    return scale(name, name + "_log", factor, shift);
}

std::string ForgeWriter::activated(const std::string& name, const std::string& x) {
    return add(name, "leaky_relu", {x}, {{"slope", forge_leak}});
}

std::string ForgeWriter::concat(const std::string& name, std::vector<std::string> inputs) {
    constexpr std::size_t most = 64;
    for (int level = 0; inputs.size() > most; ++level) {
        std::vector<std::string> joined;
        for (std::size_t i = 0; i < inputs.size(); i += most) {
            const auto end = inputs.begin() + static_cast<std::ptrdiff_t>(std::min(i + most, inputs.size()));
            const std::vector<std::string> part(inputs.begin() + static_cast<std::ptrdiff_t>(i), end);
            joined.push_back(part.size() == 1
                                 ? part[0]
                                 : add(fmt::format("{}_{}_{}", name, level, joined.size()), "concat", part));
        }
        inputs = joined;
    }
    return add(name, "concat", inputs);
}

std::string ForgeWriter::sample(const std::string& name, const std::string& parameters, const Shape& shape,
                                core::Json rule) {
    return add(name, "sample", {parameters, noise(name, shape)}, std::move(rule));
}

std::string ForgeWriter::choice(const std::string& name, const std::string& weights, const Shape& shape) {
    return add(name, "choose", {weights, noise(name, shape)});
}

std::string ForgeWriter::noise(const std::string& drawn, const Shape& shape) {
    const std::string name = drawn + "_noise";
    const std::int64_t count = element_count(shape);
    add(name + "_part", "slice", {"noise"},
        {{"axis", 0}, {"begin", draft_.used}, {"end", draft_.used + count}});
    draft_.used += count;
    return reshape(name, name + "_part", shape);
}

std::string ForgeWriter::distribution(const std::string& name, const std::string& features, bool zeros) {
    add(name + "_hidden", "dense", {features}, {{"units", o_.energy_hidden}});
    add(name + "_active", "silu", {name + "_hidden"});
    add(name + "_all", "concat", {name + "_active", features});
    return add(name + "_parameters", "dense", {name + "_all"},
               {{"units", forge_energy_parameters - (zeros ? 0 : 1)}});
}

std::string ForgeWriter::constants(const std::string& name, const std::vector<double>& values) {
    std::vector<std::string> runs;
    for (std::size_t begin = 0; begin < values.size();) {
        std::size_t end = begin + 1;
        const double step = end < values.size() ? values[end] - values[begin] : 0;
        const auto next = [&] { return values[begin] + step * static_cast<double>(end - begin); };
        constexpr double equal = 1e-9;
        while (end < values.size() && std::abs(values[end] - next()) <= equal * std::abs(values[end])) ++end;
        runs.push_back(add(fmt::format("{}_{}", name, runs.size()), "range", {},
                           {{"count", end - begin}, {"begin", values[begin]}, {"step", step}}));
        begin = end;
    }
    return runs.size() == 1 ? runs[0] : concat(name, runs);
}

std::string ForgeWriter::around(const std::string& name, const std::string& x, ForgeTaps& taps) {
    if (!o_.cylindrical() || (taps.low == 0 && taps.high == 0)) return x;
    const Shape shape = draft_.builder.shape(x);
    const std::int64_t rows = shape[1] + taps.low + taps.high;
    Shape index;
    for (std::int64_t c = 0; c < shape[0]; ++c) {
        for (std::int64_t i = 0; i < rows; ++i) {
            const std::int64_t row = (i - taps.low + shape[1]) % shape[1];
            for (std::int64_t j = 0; j < shape[2]; ++j) index.push_back((c * shape[1] + row) * shape[2] + j);
        }
    }
    taps.low = taps.high = 0;
    return add(name, "take", {x}, {{"index", index}, {"shape", {shape[0], rows, shape[2]}}});
}

std::string ForgeWriter::shared(const std::string& part, std::size_t z, const std::string& x,
                                std::int64_t filters, std::array<ForgeTaps, 2> taps, std::int64_t stride,
                                bool bias, const char* initialiser) {
    const std::string seen = around(forge_name(part + "_around", z), x, taps[0]);
    core::Json parameters = {{"filters", filters},
                             {"kernel", {taps[0].kernel, taps[1].kernel}},
                             {"stride", {stride, stride}},
                             {"padding", {{taps[0].low, taps[0].high}, {taps[1].low, taps[1].high}}},
                             {"bias", bias},
                             {"initialiser", initialiser}};
    if (z > 0) parameters["tensors"] = forge_name(part, 0);
    return add(forge_name(part, z), "conv2d", {seen}, std::move(parameters));
}

std::string ForgeWriter::shift(const std::string& name, std::size_t z, std::int64_t begin,
                               std::int64_t count) {
    const std::int64_t first = static_cast<std::int64_t>(z) * forge_shifts_per_layer(o_) + begin;
    return add(name, "slice", {"shifts"}, {{"axis", 0}, {"begin", first}, {"end", first + count}});
}

std::string ForgeWriter::stacked(const std::string& name, const std::string& x) {
    const Shape shape = draft_.builder.shape(x);
    return reshape(name, x, {shape[0], shape[1] * shape[2], shape[3]});
}

std::string ForgeWriter::of_layer(const std::string& name, std::size_t z, std::int64_t rows) {
    if (!o_.moving()) return name;
    const std::string part = forge_name("at_" + name, z);
    if (!draft_.cut.insert(part).second) return part;
    const auto first = static_cast<std::int64_t>(z) * rows;
    return add(part, "slice", {name}, {{"axis", 1}, {"begin", first}, {"end", first + rows}});
}

std::string ForgeWriter::from_axis(const std::string& at, std::size_t axis, std::int64_t count) {
    const Shape line = axis == 0 ? Shape{1, 1, count, 1} : Shape{1, 1, 1, count};
    if (!o_.moving()) {
        std::string away = at;
        if (o_.impact) away = add(at + "_away", "add", {at, axis == 0 ? "impact_x" : "impact_y"});
        return reshape(at + "_line", away, line);
    }
    reshape(at + "_cells", at, line);
    return add(at + "_line", "add", {at + "_cells", axis == 0 ? "beside_x" : "beside_y"});
}

std::string ForgeWriter::seen(const std::string& name, const std::string& cells) {
    scale(name + "_shifted", cells, 5, 1);
    add(name + "_log", "log", {name + "_shifted"});
    return scale(name, name + "_log", 0.5);
}

}  // namespace caloforge::network
