#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "sample/Field.hh"

namespace caloforge::network {

using sample::element_count;
using sample::saturating_product;
using sample::Shape;
using sample::to_string;
/// A named input or output of a network.
using Port = sample::Field;

/// One step of a network: what it does (`type`, see LayerTypes.hh), to what (`inputs`: names of layers or of
/// input ports), with which constants. Tensors are not here: they live in the weights file as
/// "<network>.<layer>.<role>".
struct Layer {
    std::string name;
    std::string type;
    std::vector<std::string> inputs;
    core::Json parameters = core::Json::object();
    bool operator==(const Layer&) const = default;
};

/// A network as data: layers in order of execution, each named after what it makes. libtorch trains it, the
/// engine compiles it, the exporter writes it. Outputs name layers.
struct NetworkSpec {
    std::string name;
    std::vector<Port> inputs;
    std::vector<Layer> layers;
    std::vector<Port> outputs;

    core::Json json() const;
    /// Throws InputError naming the layer and the member that is missing, of the wrong type or unknown.
    static NetworkSpec from_json(const core::Json& json);
    bool operator==(const NetworkSpec&) const = default;
};

}  // namespace caloforge::network
