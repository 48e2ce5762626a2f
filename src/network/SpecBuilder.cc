#include "network/SpecBuilder.hh"

#include <fmt/format.h>

#include "core/Error.hh"
#include "network/LayerTypes.hh"

namespace caloforge::network {

SpecBuilder& SpecBuilder::input(const Port& port) {
    spec_.inputs.push_back(port);
    shapes_[port.name] = port.shape;
    return from(port.name);
}

std::string SpecBuilder::add(const std::string& name, const std::string& type,
                             std::vector<std::string> inputs, core::Json parameters) {
    const Layer& layer =
        spec_.layers.emplace_back(Layer{name, type, std::move(inputs), std::move(parameters)});
    std::vector<Shape> shapes;
    for (const std::string& from : layer.inputs) shapes.push_back(shape(from));
    shapes_[name] = plan_layer(layer, shapes).output;
    top_ = name;
    return name;
}

SpecBuilder& SpecBuilder::from(const std::string& name) {
    top_ = name;
    return *this;
}

SpecBuilder& SpecBuilder::then(const std::string& name, const std::string& type, core::Json parameters) {
    add(name, type, {top_}, std::move(parameters));
    return *this;
}

SpecBuilder& SpecBuilder::output(const std::string& name, const std::string& unit) {
    spec_.outputs.push_back({name, shape(name), unit});
    return *this;
}

const Shape& SpecBuilder::shape(const std::string& name) const {
    const auto found = shapes_.find(name);
    if (found != shapes_.end()) return found->second;
    throw core::InputError(fmt::format("network `{}`: nothing makes `{}` yet.", spec_.name, name));
}

}  // namespace caloforge::network
