#include "geometry/ReadoutRings.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"

namespace caloforge::geometry {
namespace {

using core::InputError;
using Layer = ReadoutRings::Layer;

/// More is damage or a slip of the keyboard; sums of such numbers fit into 64 bits.
constexpr std::size_t most = 1 << 20;

std::string problem_with(const Layer& layer) {
    if (layer.edges.size() < 2) return "has no ring";
    if (layer.sectors == 0 || layer.sectors > most || layer.edges.size() > most)
        return fmt::format("has {} rings of {} sectors", layer.rings(), layer.sectors);
    for (std::size_t i = 0; i < layer.edges.size(); ++i) {
        const bool rises = i == 0 ? layer.edges[i] >= 0 : layer.edges[i] > layer.edges[i - 1];
        if (!std::isfinite(layer.edges[i]) || !rises)
            return fmt::format("has the ring edge {} out of order", layer.edges[i]);
    }
    return "";
}

}  // namespace

ReadoutRings::ReadoutRings(std::vector<Layer> layers, bool sized)
    : layers_(std::move(layers)), starts_{0}, sized_(sized) {
    if (layers_.empty() || layers_.size() > most)
        throw InputError(fmt::format("{} layers make no cylindrical read-out.", layers_.size()));
    for (std::size_t z = 0; z < layers_.size(); ++z) {
        if (const std::string problem = problem_with(layers_[z]); !problem.empty()) {
            throw InputError(fmt::format(
                "layer {} {} (edges rise from 0 on, each ring has a sector). Is a number missing?",
                layers_[z].id, problem));
        }
        starts_.push_back(starts_.back() + layers_[z].cells());
    }
}

ReadoutRings ReadoutRings::regular(std::size_t layers, std::size_t sectors, std::size_t rings,
                                   double ring_width) {
    Layer layer;
    layer.sectors = sectors;
    const double width = ring_width > 0 ? ring_width : 1;
    for (std::size_t k = 0; k <= rings; ++k) layer.edges.push_back(static_cast<double>(k) * width);
    std::vector<Layer> all(layers, layer);
    for (std::size_t z = 0; z < layers; ++z) all[z].id = static_cast<int>(z);
    return ReadoutRings(std::move(all), ring_width > 0);
}

bool ReadoutRings::is_regular() const {
    return std::ranges::all_of(layers_, [&](const Layer& layer) {
        return layer.edges == layers_[0].edges && layer.sectors == layers_[0].sectors;
    });
}

bool ReadoutRings::same_shape(const ReadoutRings& other) const {
    return std::ranges::equal(layers_, other.layers_, [](const Layer& a, const Layer& b) {
        return a.rings() == b.rings() && a.sectors == b.sectors;
    });
}

core::Json ReadoutRings::json() const {
    core::Json layers = core::Json::array();
    for (const Layer& layer : layers_)
        layers.push_back({{"id", layer.id}, {"sectors", layer.sectors}, {"r_edges", layer.edges}});
    return {{"kind", "cylindrical"}, {"sized", sized_}, {"layers", std::move(layers)}};
}

ReadoutRings ReadoutRings::from_json(const core::Json& json) {
    std::vector<Layer> layers;
    for (const core::Json& entry : json.at("layers")) {
        layers.push_back({entry.at("r_edges").get<std::vector<double>>(),
                          entry.at("sectors").get<std::size_t>(), entry.at("id").get<int>()});
    }
    return ReadoutRings(std::move(layers), json.at("sized").get<bool>());
}

}  // namespace caloforge::geometry
