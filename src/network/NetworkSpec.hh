#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/Json.hh"

namespace caloforge::network {

/// Extents of one sample, without the batch axis: (C, X, Y, Z) or (features).
using Shape = std::vector<std::int64_t>;

/// A named input or output of a network.
struct Port {
    std::string name;
    Shape shape;
    std::string unit;  ///< "GeV", "1"
    bool operator==(const Port&) const = default;
};

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

std::string to_string(const Shape& shape);
/// Product of the extents; the largest 64-bit number when it is larger (files may name any extents).
std::int64_t element_count(const Shape& shape);
std::int64_t saturating_product(std::int64_t a, std::int64_t b);

}  // namespace caloforge::network
