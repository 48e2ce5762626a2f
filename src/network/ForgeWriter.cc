#include "network/ForgeWriter.hh"

#include <fmt/format.h>

#include <algorithm>

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
    const std::string noise = name + "_noise";
    const std::int64_t count = element_count(shape);
    add(noise + "_part", "slice", {"noise"},
        {{"axis", 0}, {"begin", draft_.used}, {"end", draft_.used + count}});
    draft_.used += count;
    reshape(noise, noise + "_part", shape);
    return add(name, "sample", {parameters, noise}, std::move(rule));
}

}  // namespace caloforge::network
