#include "graph/Lower.hh"

#include <fmt/format.h>

#include "core/Error.hh"
#include "graph/LayerMakers.hh"
#include "graph/Phases.hh"
#include "network/ConvolutionLayers.hh"
#include "network/NetworkPlan.hh"

namespace caloforge::graph {
namespace {

using network::Layer;
using sample::Shape;

const Makers& makers() {
    static const Makers table = [] {
        Makers all = tensor_makers();
        all.merge(index_makers());
        all.merge(pointwise_makers());
        return all;
    }();
    return table;
}

// Of a network that plan_network() may not have seen yet.
std::int64_t stride_of(const Layer& layer) {
    std::int64_t product = 1;
    const core::Json stride = layer.parameters.value("stride", core::Json::array());
    for (const core::Json& one : stride) {
        if (one.is_number_integer()) product = sample::saturating_product(product, one.get<std::int64_t>());
    }
    return product;
}

// Elements that all layers together may read and make: buffers and index tables grow with them. 16 showers of
// so many floats are 16 GiB, which no plan fits into 4 GiB.
constexpr std::int64_t most_elements = std::int64_t{1} << 28;

void check_size(const network::NetworkSpec& spec, const network::NetworkPlan& plan) {
    std::int64_t elements = 0;
    for (const auto& step : plan.steps) {
        elements += sample::element_count(step.plan.output);
        for (const std::string& input : step.layer->inputs)
            elements += sample::element_count(plan.shapes.at(input));
        if (elements > most_elements) {
            throw core::InputError(fmt::format(
                "`{}` is too large for the engine: up to `{}`, its layers read and make more than {} "
                "numbers for one shower. Is its grid right?",
                spec.name, step.layer->name, most_elements));
        }
    }
}

}  // namespace

std::string unsupported_layer(const network::NetworkSpec& spec) {
    for (const Layer& layer : spec.layers) {
        if (!makers().contains(layer.type)) return fmt::format("{} ({})", layer.name, layer.type);
        if (network::is_transposed(layer.type) && stride_of(layer) > most_phases)
            return fmt::format("{} ({} of stride {})", layer.name, layer.type,
                               layer.parameters.at("stride").dump());
    }
    return "";
}

std::vector<std::string> lowered_types() {
    std::vector<std::string> out;
    for (const auto& [type, make] : makers()) out.push_back(type);
    return out;
}

Graph lower(const network::NetworkSpec& spec, const network::WeightsFile& file, const std::string& role) {
    const network::NetworkPlan plan = network::plan_network(spec);
    if (const std::string unknown = unsupported_layer(spec); !unknown.empty())
        throw core::InputError(
            fmt::format("the engine cannot run the layer {} of `{}`.", unknown, spec.name));
    check_size(spec, plan);
    Graph graph{spec.name, spec.inputs, {}, {}};
    std::map<std::string, std::size_t> place;
    const auto add = [&](Operation operation) {
        place[operation.name] = graph.operations.size();
        graph.operations.push_back(std::move(operation));
    };
    for (std::size_t port = 0; port < spec.inputs.size(); ++port) {
        Operation input;
        input.name = spec.inputs[port].name;
        input.kind = Input{port};
        input.shape = spec.inputs[port].shape;
        add(std::move(input));
    }
    for (const auto& step : plan.steps) {
        const Layer& layer = *step.layer;
        Operation made;
        made.name = layer.name;
        made.nominal_macs = step.plan.macs;
        made.layer = layer;
        made.shape = step.plan.output;
        std::vector<Shape> shapes;
        for (const std::string& from : layer.inputs) {
            made.inputs.push_back(place.at(from));
            shapes.push_back(plan.shapes.at(from));
        }
        makers().at(layer.type)({layer, shapes, file, role + "." + network::tensor_owner(layer) + "."}, made);
        add(std::move(made));
    }
    for (const sample::Field& field : spec.outputs) graph.outputs.push_back({field, place.at(field.name)});
    return graph;
}

}  // namespace caloforge::graph
