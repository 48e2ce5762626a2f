#include "graph/Written.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/Error.hh"
#include "graph/CommonPhases.hh"
#include "network/LayerTypes.hh"
#include "network/SpecBuilder.hh"

namespace caloforge::graph {
namespace {

using core::Json;
using network::Layer;
using sample::Shape;

std::vector<std::byte> bytes_of(const std::vector<float>& values) {
    const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
    return {bytes, bytes + values.size() * sizeof(float)};
}

// Writes a graph as layers, one operation after the other.
class Writer {
  public:
    Writer(const Graph& graph, const network::WeightsFile& file, const std::string& role)
        : graph_(graph), file_(file), role_(role), builder_(graph.name) {
        // Names that must stay are not given to others.
        for (const auto& field : graph.inputs) taken_.insert(field.name);
        for (const auto& output : graph.outputs) taken_.insert(output.field.name);
        for (const Operation& one : graph.operations) taken_.insert(one.name);
    }

    // The network, whose tensors go to `file`.
    network::NetworkSpec write(network::WeightsFile& file) {
        for (const auto& field : graph_.inputs) builder_.input(field);
        for (const Operation& one : graph_.operations) {
            made_.push_back(one.name);
            if (one.is<Input>()) continue;
            layers_.clear();
            std::string last = main_layer(one);
            for (const After& function : one.after)
                last = std::visit([&](const auto& some) { return apply(one, some, last); }, function);
            if (layers_.empty()) add(one, "same", "scale", {last}, {{"factor", 1}});
            // The last of an operation's layers is named after it.
            layers_.back().layer.name = one.name;
            for (Made& made : layers_) {
                for (auto& [role, tensor] : made.tensors)
                    file.tensors[role_ + "." + made.layer.name + "." + role] = std::move(tensor);
                network::Layer& layer = made.layer;
                builder_.add(layer.name, layer.type, std::move(layer.inputs), std::move(layer.parameters));
            }
        }
        for (const auto& output : graph_.outputs) builder_.output(output.field.name, output.field.unit);
        return builder_.build();
    }

  private:
    struct Made {
        Layer layer;
        std::map<std::string, network::StoredTensor> tensors;  ///< by role
    };

    std::string fresh(const std::string& name, const char* what) {
        // Well below what the names of layers may have.
        constexpr std::size_t longest = 60;
        const std::string stem = fmt::format("{}_{}", name.substr(0, longest), what);
        std::string out = stem;
        for (int number = 2; !taken_.insert(out).second; ++number) out = fmt::format("{}{}", stem, number);
        return out;
    }

    const std::string& in(const Operation& one, std::size_t which = 0) const {
        return made_[one.inputs[which]];
    }

    std::string add(const Operation& one, const char* what, const std::string& type,
                    std::vector<std::string> inputs, Json parameters) {
        layers_.push_back({{fresh(one.name, what), type, std::move(inputs), std::move(parameters)}, {}});
        return layers_.back().layer.name;
    }

    // Of the layer added last.
    void tensor(const char* role, Shape shape, const std::vector<float>& values) {
        layers_.back().tensors[role] = {"F32", std::move(shape), bytes_of(values)};
    }

    std::string main_layer(const Operation& one) {
        if (one.is<Pointwise>()) return in(one);
        if (const auto* layer = one.as<Dense>()) return dense(one, *layer);
        if (const auto* layer = one.as<Convolution>()) {
            if (layer->zeros_between) return transposed(one, *layer);
            return layer->factor == Triple{1, 1, 1} ? convolution(one, *layer) : phases(one, *layer);
        }
        // What no pass has changed.
        std::vector<std::string> inputs;
        for (std::size_t i = 0; i < one.inputs.size(); ++i) inputs.push_back(in(one, i));
        return add(one, "part", one.layer.type, std::move(inputs), one.layer.parameters);
    }

    std::string dense(const Operation& one, const Dense& layer) {
        const std::int64_t units = one.elements();
        const auto inputs = static_cast<std::int64_t>(layer.weights.size()) / units;
        std::string last =
            add(one, "dense", "dense", {in(one)}, {{"units", units}, {"bias", !layer.bias.empty()}});
        tensor("weight", {units, inputs}, layer.weights);
        if (!layer.bias.empty()) tensor("bias", {units}, layer.bias);
        if (one.shape.size() > 1) last = add(one, "shaped", "reshape", {last}, {{"shape", one.shape}});
        return last;
    }

    // A convolution layer on an image (C, X, Y, Z), or on a flatter one.
    std::string convolve(const Operation& one, const std::string& from, Shape weight, const Shape& stride,
                         const std::vector<Shape>& padding, const std::vector<float>& weights,
                         const std::vector<float>& bias) {
        const std::size_t axes = one.shape.size() - 1;
        const auto spatial = [&](const auto& triple) {  // without the axes that a flatter image lacks
            return Json(std::vector(triple.end() - static_cast<std::ptrdiff_t>(axes), triple.end()));
        };
        const Shape kernel(weight.end() - 3, weight.end());
        const std::string name = add(one, "conv", fmt::format("conv{}d", axes), {from},
                                     {{"filters", weight[0]},
                                      {"kernel", spatial(kernel)},
                                      {"stride", spatial(stride)},
                                      {"padding", spatial(padding)},
                                      {"bias", !bias.empty()}});
        weight.erase(weight.begin() + 2, weight.end() - static_cast<std::ptrdiff_t>(axes));
        tensor("weight", std::move(weight), weights);
        if (!bias.empty()) tensor("bias", {static_cast<std::int64_t>(bias.size())}, bias);
        return name;
    }

    std::string convolution(const Operation& one, const Convolution& layer) {
        const Shape image = image_of(graph_.operations[one.inputs[0]].shape), shape = image_of(one.shape);
        std::vector<Shape> padding;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const std::int64_t after = zeros_after(layer, one.shape, image, axis);
            padding.push_back({layer.low[axis], std::max<std::int64_t>(0, after)});
        }
        return convolve(one, in(one), {shape[0], image[0], layer.kernel[0], layer.kernel[1], layer.kernel[2]},
                        {layer.stride.begin(), layer.stride.end()}, padding, layer.weights, layer.bias);
    }

    // As it was: its phases share nothing, so that one kernel for all of them would only add zeros.
    std::string transposed(const Operation& one, const Convolution& layer) {
        const network::StoredTensor& weight =
            file_.tensors.at(role_ + "." + network::tensor_owner(one.layer) + ".weight");
        Json parameters = one.layer.parameters;
        parameters.erase("tensors");  // which have its own name now
        const std::string name = add(one, "conv", one.layer.type, {in(one)}, std::move(parameters));
        layers_.back().tensors["weight"] = weight;
        if (!layer.bias.empty()) tensor("bias", {static_cast<std::int64_t>(layer.bias.size())}, layer.bias);
        return name;
    }

    // Filters (f, phase), the phases interleaved afterwards: f, px, py, pz, x, y, z to f, (x, px), (y, py),
    // (z, pz).
    std::string phases(const Operation& one, const Convolution& layer) {
        const Shape image = image_of(graph_.operations[one.inputs[0]].shape), shape = image_of(one.shape);
        const CommonPhases common(layer, shape, image);
        const std::int64_t phases = layer.factor[0] * layer.factor[1] * layer.factor[2];
        std::vector<float> bias;
        for (const float value : layer.bias) bias.insert(bias.end(), static_cast<std::size_t>(phases), value);
        std::vector<Shape> padding;
        Shape split{shape[0], layer.factor[0], layer.factor[1], layer.factor[2]}, joined{shape[0]};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            padding.push_back({common.low[axis], common.high[axis]});
            const std::int64_t cells =
                image[axis + 1] + common.low[axis] + common.high[axis] - common.kernel[axis] + 1;
            split.push_back(cells);
            joined.push_back(cells * layer.factor[axis]);
        }
        std::string last = convolve(
            one, in(one), {shape[0] * phases, image[0], common.kernel[0], common.kernel[1], common.kernel[2]},
            {1, 1, 1}, padding, common.weights, bias);
        last = add(one, "split", "reshape", {last}, {{"shape", split}});
        last = add(one, "turned", "permute", {last}, {{"order", {0, 4, 1, 5, 2, 6, 3}}});
        Shape flat = joined;
        flat.erase(flat.begin() + 1, flat.end() - static_cast<std::ptrdiff_t>(one.shape.size() - 1));
        last = add(one, "joined", "reshape", {last}, {{"shape", flat}});
        for (std::size_t axis = 1; axis < flat.size(); ++axis) {
            if (flat[axis] == one.shape[axis]) continue;
            last = add(one, "cut", "slice", {last}, {{"axis", axis}, {"begin", 0}, {"end", one.shape[axis]}});
        }
        return last;
    }

    std::string apply(const Operation& one, const Function& function, const std::string& from) {
        Json parameters = Json::object();
        for (std::size_t i = 0; i < function.parameters.size(); ++i)
            parameters[function.layer->parameters[i].name] = function.parameters[i];
        const char* type = function.layer->type.c_str();
        return add(one, type, type, {from}, std::move(parameters));
    }

    // One number for all channels, or a normalisation whose mean is 0 and whose variance is 1.
    std::string apply(const Operation& one, const ChannelScale& function, const std::string& from) {
        if (function.gain.size() == 1) {
            return add(one, "scale", "scale", {from},
                       {{"factor", function.gain[0]}, {"offset", function.shift[0]}});
        }
        constexpr double nothing = 1e-12;  // that float32 does not see beside 1
        const auto channels = static_cast<std::int64_t>(function.gain.size());
        const std::string name = add(one, "norm", "batch_norm", {from}, {{"epsilon", nothing}});
        tensor("gain", {channels}, function.gain);
        tensor("shift", {channels}, function.shift);
        tensor("mean", {channels}, std::vector<float>(function.gain.size(), 0.0F));
        tensor("variance", {channels}, std::vector<float>(function.gain.size(), 1.0F));
        return name;
    }

    const Graph& graph_;
    const network::WeightsFile& file_;  ///< of the network as written
    std::string role_;
    network::SpecBuilder builder_;
    std::vector<std::string> made_;  ///< by operation: the layer that makes its result
    std::set<std::string> taken_;
    std::vector<Made> layers_;  ///< of the operation that is being written
};

}  // namespace

network::WeightsFile written(const Graph& graph, const network::WeightsFile& file, const std::string& role) {
    network::WeightsFile out;
    out.document = file.document;
    out.document["networks"] = Json::object();
    try {
        out.document["networks"][role] = Writer(graph, file, role).write(out).json();
        out.network(role);
        return out;
    } catch (const core::InputError&) {
        return file.only(role);  // one layer of it would be beyond what a network may state
    }
}

}  // namespace caloforge::graph
