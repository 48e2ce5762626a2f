#include "geometry/ReadoutCells.hh"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/Error.hh"

namespace caloforge::geometry {

using core::InputError;

ReadoutCells::ReadoutCells(std::vector<Layer> layers) : layers_(std::move(layers)), starts_{0} {
    if (layers_.empty()) throw InputError("no layer makes no read-out.");
    for (std::size_t z = 0; z < layers_.size(); ++z) {
        for (std::size_t i = 0; i < layers_[z].size(); ++i) {
            const Cell& cell = layers_[z][i];
            if (std::isfinite(cell.x) && std::isfinite(cell.y) && std::isfinite(cell.size_x) &&
                std::isfinite(cell.size_y) && cell.size_x > 0 && cell.size_y > 0)
                continue;
            throw InputError(fmt::format("cell {} of layer {} is none ({} x {} mm at {}, {} mm).", i, z,
                                         cell.size_x, cell.size_y, cell.x, cell.y));
        }
        starts_.push_back(starts_.back() + layers_[z].size());
    }
    if (cells() == 0)
        throw InputError(fmt::format("{} layers without a cell make no read-out.", layers_.size()));
}

core::Json ReadoutCells::json() const {
    core::Json layers = core::Json::array();
    for (const Layer& layer : layers_) {
        core::Json list = core::Json::array();
        for (const Cell& cell : layer) list.push_back({cell.x, cell.y, cell.size_x, cell.size_y});
        layers.push_back(std::move(list));
    }
    return {{"kind", "irregular"}, {"layers", std::move(layers)}};
}

ReadoutCells ReadoutCells::from_json(const core::Json& json) {
    std::vector<Layer> layers;
    for (const core::Json& list : json.at("layers")) {
        Layer& layer = layers.emplace_back();
        for (const core::Json& entry : list) {
            const auto [x, y, size_x, size_y] = entry.get<std::array<double, 4>>();
            layer.push_back({x, y, size_x, size_y});
        }
    }
    return ReadoutCells(std::move(layers));
}

}  // namespace caloforge::geometry
