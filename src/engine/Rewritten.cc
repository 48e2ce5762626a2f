#include "engine/Rewritten.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/Error.hh"
#include "engine/CommonPhases.hh"
#include "engine/Passes.hh"
#include "network/LayerTypes.hh"

namespace caloforge::engine {
namespace {

using core::Json;
using network::Layer;
using network::Shape;
using Kind = Operation::Kind;
using Function = Pointwise::Function;

std::vector<std::byte> bytes_of(const std::vector<float>& values) {
    const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
    return {bytes, bytes + values.size() * sizeof(float)};
}

// Writes a graph as layers, one operation after the other.
class Writer {
  public:
    Writer(const Graph& graph, const network::WeightsFile& file, const std::string& role,
           const network::NetworkSpec& spec)
        : graph_(graph), file_(file), role_(role), spec_(spec) {
        spec_.layers.clear();
        // Names that must stay are not given to others.
        for (const auto& port : spec_.inputs) taken_.insert(port.name);
        for (const auto& port : spec_.outputs) taken_.insert(port.name);
        for (const Operation& one : graph.operations) taken_.insert(one.name);
    }

    void write(network::WeightsFile& file) {
        for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
            const Operation& one = graph_.operations[i];
            if (one.kind == Kind::input) {
                made_.push_back(one.name);
                continue;
            }
            const std::size_t before = layers_.size();
            std::string last = main_layer(one);
            for (const Pointwise& function : one.after) last = pointwise(one, function, last);
            if (layers_.size() == before) add(one, "same", "scale", {last}, {{"factor", 1}});
            // The last of an operation's layers is named after it.
            layers_.back().layer.name = one.name;
            made_.push_back(one.name);
        }
        file.tensors.clear();
        for (Made& made : layers_) {
            for (auto& [role, tensor] : made.tensors)
                file.tensors[role_ + "." + made.layer.name + "." + role] = std::move(tensor);
            spec_.layers.push_back(std::move(made.layer));
        }
        file.document["networks"] = Json::object();
        file.document["networks"][role_] = spec_.json();
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
        switch (one.kind) {
            case Kind::pointwise:
                return in(one);
            case Kind::dense:
                return dense(one);
            case Kind::convolution:
                if (one.zeros_between) return transposed(one);
                return one.factor == Operation::Triple{1, 1, 1} ? convolution(one) : phases(one);
            default: {
                std::vector<std::string> inputs;
                for (std::size_t i = 0; i < one.inputs.size(); ++i) inputs.push_back(in(one, i));
                return add(one, "part", one.layer.type, std::move(inputs), one.layer.parameters);
            }
        }
    }

    std::string dense(const Operation& one) {
        const std::int64_t units = one.elements();
        const auto inputs = static_cast<std::int64_t>(one.weights.size()) / units;
        std::string last =
            add(one, "dense", "dense", {in(one)}, {{"units", units}, {"bias", !one.bias.empty()}});
        tensor("weight", {units, inputs}, one.weights);
        if (!one.bias.empty()) tensor("bias", {units}, one.bias);
        if (one.shape.size() > 1) last = add(one, "shaped", "reshape", {last}, {{"shape", one.shape}});
        return last;
    }

    // A convolution layer on an image (C, X, Y, Z), or (C, X, Y) for a flat one.
    std::string convolve(const Operation& one, const std::string& from, Shape weight, const Shape& stride,
                         const std::vector<Shape>& padding, const std::vector<float>& weights,
                         const std::vector<float>& bias) {
        const std::size_t axes = one.shape.size() - 1;
        const auto spatial = [&](const auto& triple) {  // without the axis that a flat image lacks
            return Json(std::vector(triple.end() - static_cast<std::ptrdiff_t>(axes), triple.end()));
        };
        const Shape kernel(weight.end() - 3, weight.end());
        const std::string name = add(one, "conv", axes == 2 ? "conv2d" : "conv3d", {from},
                                     {{"filters", weight[0]},
                                      {"kernel", spatial(kernel)},
                                      {"stride", spatial(stride)},
                                      {"padding", spatial(padding)},
                                      {"bias", !bias.empty()}});
        if (axes == 2) weight.erase(weight.begin() + 2);
        tensor("weight", std::move(weight), weights);
        if (!bias.empty()) tensor("bias", {static_cast<std::int64_t>(bias.size())}, bias);
        return name;
    }

    std::string convolution(const Operation& one) {
        const Shape image = image_of(graph_.operations[one.inputs[0]].shape), shape = image_of(one.shape);
        std::vector<Shape> padding;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            padding.push_back({one.low[axis], std::max<std::int64_t>(0, zeros_after(one, image, axis))});
        }
        return convolve(one, in(one), {shape[0], image[0], one.kernel[0], one.kernel[1], one.kernel[2]},
                        {one.stride.begin(), one.stride.end()}, padding, one.weights, one.bias);
    }

    // As it was: its phases share nothing, so that one kernel for all of them would only add zeros.
    std::string transposed(const Operation& one) {
        const network::StoredTensor& weight =
            file_.tensors.at(role_ + "." + network::tensor_owner(one.layer) + ".weight");
        Json parameters = one.layer.parameters;
        parameters.erase("tensors");  // which have its own name now
        const std::string name = add(one, "conv", one.layer.type, {in(one)}, std::move(parameters));
        layers_.back().tensors["weight"] = weight;
        if (!one.bias.empty()) tensor("bias", {static_cast<std::int64_t>(one.bias.size())}, one.bias);
        return name;
    }

    // Filters (f, phase), the phases interleaved afterwards: f, px, py, pz, x, y, z to f, (x, px), (y, py),
    // (z, pz).
    std::string phases(const Operation& one) {
        const Shape image = image_of(graph_.operations[one.inputs[0]].shape), shape = image_of(one.shape);
        const CommonPhases common(one, image);
        const std::int64_t phases = one.factor[0] * one.factor[1] * one.factor[2];
        std::vector<float> bias;
        for (const float value : one.bias) bias.insert(bias.end(), static_cast<std::size_t>(phases), value);
        std::vector<Shape> padding;
        Shape split{shape[0], one.factor[0], one.factor[1], one.factor[2]}, joined{shape[0]};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            padding.push_back({common.low[axis], common.high[axis]});
            const std::int64_t cells =
                image[axis + 1] + common.low[axis] + common.high[axis] - common.kernel[axis] + 1;
            split.push_back(cells);
            joined.push_back(cells * one.factor[axis]);
        }
        std::string last = convolve(
            one, in(one), {shape[0] * phases, image[0], common.kernel[0], common.kernel[1], common.kernel[2]},
            {1, 1, 1}, padding, common.weights, bias);
        last = add(one, "split", "reshape", {last}, {{"shape", split}});
        last = add(one, "turned", "permute", {last}, {{"order", {0, 4, 1, 5, 2, 6, 3}}});
        Shape flat = joined;
        if (one.shape.size() == 3) flat.erase(flat.begin() + 1);
        last = add(one, "joined", "reshape", {last}, {{"shape", flat}});
        for (std::size_t axis = 1; axis < flat.size(); ++axis) {
            if (flat[axis] == one.shape[axis]) continue;
            last = add(one, "cut", "slice", {last}, {{"axis", axis}, {"begin", 0}, {"end", one.shape[axis]}});
        }
        return last;
    }

    std::string pointwise(const Operation& one, const Pointwise& function, const std::string& from) {
        const auto plain = [&](const char* type, const char* key = nullptr) {
            Json parameters = Json::object();
            if (key) parameters[key] = function.parameter;
            return add(one, type, type, {from}, std::move(parameters));
        };
        switch (function.function) {
            case Function::affine:
                return affine(one, function, from);
            case Function::leaky_relu:
                return function.parameter == 0 ? plain("relu") : plain("leaky_relu", "slope");
            case Function::threshold:
                return plain("threshold", "value");
            case Function::power:
                return plain("power", "exponent");
            case Function::sigmoid:
                return plain("sigmoid");
            case Function::softplus:
                return plain("softplus");
            case Function::silu:
                return plain("silu");
            case Function::exp:
                return plain("exp");
            case Function::log:
                return plain("log");
        }
        return from;
    }

    // One number for all channels, or a normalisation whose mean is 0 and whose variance is 1.
    std::string affine(const Operation& one, const Pointwise& function, const std::string& from) {
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
    network::NetworkSpec spec_;
    std::vector<std::string> made_;  ///< by operation: the layer that makes its result
    std::set<std::string> taken_;
    std::vector<Made> layers_;
};

}  // namespace

network::WeightsFile rewritten(const network::WeightsFile& file, const std::string& role) {
    const network::NetworkSpec spec = file.network(role);
    const Graph graph = optimised(lower(spec, file, role));
    network::WeightsFile out;
    out.document = file.document;
    Writer(graph, file, role, spec).write(out);
    try {
        out.network(role);
        return out;
    } catch (const core::InputError&) {
        return file.only(role);  // one layer of it would be beyond what a network may state
    }
}

}  // namespace caloforge::engine
