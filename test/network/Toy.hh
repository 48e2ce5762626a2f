#pragma once

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/Random.hh"
#include "network/NetworkPlan.hh"
#include "network/PointwiseRows.hh"
#include "network/SpecBuilder.hh"
#include "network/WeightsFile.hh"

namespace caloforge::network::test {

// A weights file of a network with made-up weights.
inline WeightsFile file_of(const NetworkSpec& spec) {
    WeightsFile file;
    file.document = {{"format_version", weights_format_version}, {"kind", "model"}};
    file.document["networks"]["generator"] = spec.json();
    const auto plan = plan_network(spec);
    std::uint32_t stream = 0;
    for (const auto& step : plan.steps) {
        for (const auto& tensor : step.plan.tensors) {
            std::vector<float> values(static_cast<std::size_t>(element_count(tensor.shape)));
            core::RandomStream(2, 0, stream++).uniform(values);
            const double scale = 1 / std::sqrt(static_cast<double>(tensor.fan_in));
            for (float& value : values) {
                // Variances and gains near one, the others around zero.
                const bool near_one = tensor.role == "variance" || tensor.role == "gain";
                value = static_cast<float>(near_one ? 0.5 + value : (2 * value - 1) * scale);
            }
            const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
            file.tensors["generator." + step.layer->name + "." + tensor.role] = {
                "F32", tensor.shape, {bytes, bytes + values.size() * sizeof(float)}};
        }
    }
    return file;
}

inline Layer layer(const std::string& name, const std::string& type, std::vector<std::string> inputs,
                   core::Json parameters = core::Json::object()) {
    return {name, type, std::move(inputs), std::move(parameters)};
}

// latent -> dense -> image, and then `layers`, the last of which makes the output.
inline NetworkSpec network_of(const std::vector<Layer>& layers, const Shape& image) {
    SpecBuilder toy("toy");
    toy.input({"energy", {1}, "GeV"});
    toy.add("latent", "random", {}, {{"distribution", "normal"}, {"shape", {12}}, {"stream", 0}});
    toy.add("scaled", "multiply", {"latent", "energy"});
    toy.then("dense", "dense", {{"units", element_count(image)}})
        .then("image", "reshape", {{"shape", image}});
    for (const Layer& one : layers) toy.add(one.name, one.type, one.inputs, one.parameters);
    return toy.output(layers.back().name, "GeV").build();
}

inline Layer noise_of_shape(const std::string& name, const Shape& shape, int stream) {
    return layer(name, "random", {}, {{"distribution", "uniform"}, {"shape", shape}, {"stream", stream}});
}

// Networks that have every layer type and every rewriting between them.
inline std::vector<std::pair<std::string, NetworkSpec>> toy_networks() {
    using J = core::Json;
    const auto conv = [](const char* type, J kernel, J more = J::object()) {
        J parameters = {{"filters", 3}, {"kernel", std::move(kernel)}};
        parameters.update(more);
        return std::vector<Layer>{layer("conv", type, {"image"}, parameters),
                                  layer("act", "leaky_relu", {"conv"}, {{"slope", 0.3}})};
    };
    std::vector<std::pair<std::string, NetworkSpec>> out;
    const Shape image{2, 4, 5, 6}, flat{2, 5, 6};
    out.emplace_back("strided", network_of(conv("conv3d", {3, 2, 4}, {{"stride", {2, 1, 3}}}), image));
    out.emplace_back(
        "strided same",
        network_of(conv("conv3d", {3, 2, 4}, {{"stride", {2, 3, 2}}, {"padding", "same"}}), image));
    out.emplace_back("pairs", network_of(conv("conv3d", {2, 3, 1},
                                              {{"padding", J{J{0, 2}, J{1, 0}, J{3, 1}}}, {"bias", false}}),
                                         image));
    out.emplace_back("transposed",
                     network_of(conv("conv3d_transpose", {3, 4, 2}, {{"stride", {2, 3, 1}}}), image));
    out.emplace_back("transposed with gaps",
                     network_of(conv("conv3d_transpose", {1, 2, 3}, {{"stride", {3, 4, 2}}}), image));
    out.emplace_back(
        "transposed same",
        network_of(conv("conv3d_transpose", {3, 4, 2}, {{"stride", {2, 2, 2}}, {"padding", "same"}}), image));
    out.emplace_back("transposed and cut",
                     network_of(conv("conv3d_transpose", {3, 4, 3},
                                     {{"stride", {2, 3, 1}}, {"padding", J{J{1, 2}, J{0, 3}, J{2, 0}}}}),
                                image));
    out.emplace_back("flat",
                     network_of(conv("conv2d", {3, 2}, {{"stride", {2, 1}}, {"padding", "same"}}), flat));
    out.emplace_back("flat transposed",
                     network_of(conv("conv2d_transpose", {3, 2}, {{"stride", {2, 2}}}), flat));
    // Images with one axis.
    const Shape line{2, 9};
    out.emplace_back("line", network_of(conv("conv1d", {4}, {{"stride", {2}}, {"padding", "same"}}), line));
    out.emplace_back("line transposed", network_of(conv("conv1d_transpose", {3}, {{"stride", {2}}}), line));
    out.emplace_back("line phases",
                     network_of({layer("up", "upsample", {"image"}, {{"factor", {3}}}),
                                 layer("pad", "pad", {"up"}, {{"padding", {2}}}),
                                 layer("conv", "conv1d", {"pad"}, {{"filters", 4}, {"kernel", {4}}}),
                                 layer("norm", "batch_norm", {"conv"}),
                                 layer("pool", "max_pool", {"norm"}, {{"size", {2}}}),
                                 layer("mean", "average_pool", {"pool"}, {{"size", {3}}})},
                                line));
    out.emplace_back("folded line",
                     network_of({layer("conv", "conv1d", {"image"},
                                       {{"filters", 16}, {"kernel", {5}}, {"padding", "same"}}),
                                 layer("act", "relu", {"conv"})},
                                {32, 16}));
    out.emplace_back(
        "shared line",
        network_of({layer("a", "conv1d", {"image"}, {{"filters", 3}, {"kernel", {3}}, {"padding", "same"}}),
                    layer("b", "conv1d", {"image"}, {{"filters", 3}, {"kernel", {5}}, {"padding", "same"}}),
                    layer("sum", "add", {"a", "b"}),
                    layer("shift", "slice", {"dense"}, {{"axis", 0}, {"begin", 0}, {"end", 3}}),
                    layer("shifts", "reshape", {"shift"}, {{"shape", {3, 1}}}),
                    layer("both", "add", {"sum", "shifts"}),
                    layer("left", "slice", {"both"}, {{"axis", 1}, {"begin", 0}, {"end", 5}}),
                    layer("right", "slice", {"both"}, {{"axis", 1}, {"begin", 5}, {"end", 9}}),
                    layer("all", "interleave", {"left", "right"}, {{"factor", {2}}})},
                   line));
    out.emplace_back("largest", network_of({layer("pool", "max_pool", {"image"}, {{"size", {2, 1, 3}}}),
                                            layer("flat", "reshape", {"pool"}, {{"shape", {4, 5, 2}}}),
                                            layer("again", "max_pool", {"flat"}, {{"size", {2, 2}}})},
                                           image));
    out.emplace_back("flat phases",
                     network_of({layer("up", "upsample", {"image"}, {{"factor", {2, 3}}}),
                                 layer("pad", "pad", {"up"}, {{"padding", {1, 2}}}),
                                 layer("conv", "conv2d", {"pad"}, {{"filters", 4}, {"kernel", {3, 4}}}),
                                 layer("norm", "batch_norm", {"conv"}),
                                 layer("pool", "average_pool", {"norm"}, {{"size", {2, 3}}})},
                                flat));
    out.emplace_back("up, then a stride",
                     network_of({layer("up", "upsample", {"image"}, {{"factor", {2, 1, 2}}}),
                                 layer("pad", "pad", {"up"}, {{"padding", {1, 0, 2}}}),
                                 layer("conv", "conv3d", {"pad"},
                                       {{"filters", 2}, {"kernel", {3, 2, 3}}, {"stride", {2, 1, 2}}}),
                                 layer("relu", "relu", {"conv"})},
                                image));
    out.emplace_back(
        "phases",
        network_of(
            {layer("up", "upsample", {"image"}, {{"factor", {2, 1, 3}}}),
             layer("pad", "pad", {"up"}, {{"padding", {1, 2, 0}}}),
             layer("conv", "conv3d", {"pad"}, {{"filters", 5}, {"kernel", {3, 2, 4}}}),
             layer("act", "leaky_relu", {"conv"}, {{"slope", 0.3}}), layer("norm", "batch_norm", {"act"}),
             layer("conv2", "conv3d", {"norm"}, {{"filters", 2}, {"kernel", {2, 2, 2}}, {"padding", "same"}}),
             layer("out", "relu", {"conv2"})},
            image));
    out.emplace_back(
        "noise and vectors",
        network_of(
            {layer("more", "random", {}, {{"distribution", "uniform"}, {"shape", {12}}, {"stream", 4}}),
             layer("doubled", "scale", {"more"}, {{"factor", 2}}),
             layer("both", "add", {"scaled", "doubled"}), layer("drop", "dropout", {"both"}, {{"rate", 0.2}}),
             layer("norm", "batch_norm", {"drop"}), layer("again", "dense", {"norm"}, {{"units", 5}}),
             layer("out", "relu", {"again"})},
            {1, 1, 1, 1}));
    out.emplace_back("folded",
                     network_of({layer("conv", "conv3d", {"image"},
                                       {{"filters", 8}, {"kernel", {3, 3, 3}}, {"padding", "same"}}),
                                 layer("norm", "batch_norm", {"conv"}), layer("act", "relu", {"norm"})},
                                {8, 4, 4, 4}));
    out.emplace_back("read twice",
                     network_of({layer("up", "upsample", {"image"}, {{"factor", {2, 2, 2}}}),
                                 layer("conv", "conv3d", {"up"},
                                       {{"filters", 2}, {"kernel", {3, 3, 3}}, {"padding", "same"}}),
                                 layer("act", "silu", {"conv"}), layer("sum", "add", {"act", "conv"}),
                                 layer("both", "concat", {"sum", "up"}), layer("out", "relu", {"both"})},
                                {2, 2, 3, 2}));
    out.emplace_back(
        "small layers",
        network_of({layer("turned", "permute", {"image"}, {{"order", {0, 3, 1, 2}}}),
                    layer("part", "slice", {"turned"}, {{"axis", 1}, {"begin", 1}, {"end", 3}}),
                    layer("soft", "softplus", {"part"}), layer("log", "log", {"soft"}),
                    layer("exp", "exp", {"log"}), layer("power", "power", {"exp"}, {{"exponent", 0.5}}),
                    layer("half", "scale", {"power"}, {{"factor", 0.5}}), layer("sig", "sigmoid", {"half"}),
                    layer("cut", "threshold", {"sig"}, {{"value", 0.55}}),
                    layer("pool", "average_pool", {"cut"}, {{"size", {2, 1, 2}}}),
                    layer("total", "sum", {"pool"}, {{"axes", {1, 3}}}), layer("flat", "flatten", {"total"})},
                   {3, 2, 4, 6}));
    for (const PointwiseLayer& row : pointwise_layers()) {
        // Numbers that no function blows up.
        const J tame =
            row.traits.positive ? J{{"factor", 2}, {"offset", 0.1}} : J{{"factor", 4}, {"offset", -2}};
        out.emplace_back(
            "function " + row.type,
            network_of({layer("bounded", "sigmoid", {"image"}), layer("tame", "scale", {"bounded"}, tame),
                        layer("function", row.type, {"tame"}, some_parameters(row))},
                       {2, 3, 4, 5}));
    }
    const auto noise = [](const char* name, J parameters, int stream) {
        parameters.update({{"shape", {2, 4, 5, 6}}, {"stream", stream}});
        return layer(name, "random", {}, parameters);
    };
    out.emplace_back("shares of a sum",
                     network_of({noise("gamma", {{"distribution", "gamma"}, {"concentration", 0.7}}, 1),
                                 noise("poisson", {{"distribution", "poisson"}, {"mean", 2.5}}, 2),
                                 noise("uniform", {{"distribution", "uniform"}}, 3),
                                 layer("noisy", "multiply", {"image", "gamma"}),
                                 layer("counted", "add", {"noisy", "poisson"}),
                                 layer("shifted", "add", {"counted", "uniform"}),
                                 layer("shares", "softmax", {"shifted"}, {{"axes", {1, 2}}}),
                                 layer("total", "multiply", {"shares", "energy"})},
                                image));
    const J knots = {-2.5, -0.9, 0.3, 1.6};
    out.emplace_back("drawn", network_of({noise_of_shape("numbers", {1, 5, 6}, 7),
                                          layer("cells", "sample", {"image", "numbers"}, {{"knots", knots}})},
                                         {6, 5, 6}));
    out.emplace_back(
        "drawn without zeros",
        network_of(
            {noise_of_shape("numbers", {1, 5, 6}, 7),
             layer("cells", "sample", {"image", "numbers"},
                   {{"knots", knots}, {"zeros", false}, {"from", {-0.5, 0, 1}}, {"to", {-0.25, 0, 1.5}}})},
            {5, 5, 6}));
    // Coordinates, channels shifted, tensors shared, groups of cells put together.
    const auto shared = [](const char* name, J padding) {
        return J{{"filters", 2},
                 {"kernel", {3, 3}},
                 {"stride", {2, 2}},
                 {"padding", std::move(padding)},
                 {"tensors", name}};
    };
    J first = shared("", J{J{1, 1}, J{1, 0}});
    first.erase("tensors");
    out.emplace_back(
        "groups",
        network_of({layer("x", "range", {}, {{"count", 5}, {"begin", -2}, {"step", 1}}),
                    layer("line", "reshape", {"x"}, {{"shape", {1, 5, 1}}}),
                    layer("y", "range", {}, {{"count", 6}, {"begin", 0.5}, {"step", -0.25}}),
                    layer("row", "reshape", {"y"}, {{"shape", {1, 1, 6}}}),
                    layer("place", "add", {"line", "row"}), layer("both", "concat", {"image", "place"}),
                    layer("shift", "slice", {"dense"}, {{"axis", 0}, {"begin", 0}, {"end", 3}}),
                    layer("shifts", "reshape", {"shift"}, {{"shape", {3, 1, 1}}}),
                    layer("shifted", "add", {"shifts", "both"}),
                    layer("half", "scale", {"shifted"}, {{"factor", 0.5}, {"offset", 0.25}}),
                    layer("ee", "conv2d", {"half"}, first),
                    layer("eo", "conv2d", {"half"}, shared("ee", J{J{1, 1}, J{0, 1}})),
                    layer("oe", "conv2d", {"half"}, shared("ee", J{J{0, 0}, J{1, 0}})),
                    layer("oo", "conv2d", {"half"}, shared("ee", J{J{0, 0}, J{0, 1}})),
                    layer("all", "interleave", {"ee", "eo", "oe", "oo"}, {{"factor", {2, 2}}})},
                   {2, 5, 6}));
    // Each sample by other numbers of cells, or all by the same.
    for (const double factor : {5.0, 0.0}) {
        out.emplace_back(
            factor > 0 ? "moved" : "moved together",
            network_of({noise_of_shape("places", {2}, 3),
                        layer("by", "scale", {"places"}, {{"factor", factor}, {"offset", -2.75}}),
                        layer("moved", "move", {"image", "by"}, {{"size", {9, 4}}}),
                        layer("act", "elu", {"moved"}, {{"alpha", 0.5}}),
                        layer("back", "move", {"act", "by"}, {{"size", {3, 8}}}),
                        layer("lines", "floor", {"back"}), layer("waves", "cos", {"lines"})},
                       {2, 5, 6}));
    }
    // Drawn often from one, looked up, and added where they lie; some lie nowhere.
    out.emplace_back(
        "places",
        network_of(
            {layer("few", "slice", {"image"}, {{"axis", 2}, {"begin", 0}, {"end", 1}}),
             layer("row", "flatten", {"few"}), layer("weights", "reshape", {"row"}, {{"shape", {10, 1}}}),
             noise_of_shape("luck", {1, 21}, 4), layer("chosen", "choose", {"weights", "luck"}),
             layer("found", "lookup", {"image", "chosen"}),
             layer("place", "scale", {"chosen"}, {{"factor", 7.3}, {"offset", -2.1}}),
             layer("alone", "scatter", {"found", "place"}, {{"shape", {3, 4}}}),
             layer("onto", "scatter", {"found", "place", "image"}, {{"shape", {2, 5, 6}}}),
             layer("other", "lookup", {"alone", "place"}), layer("act", "elu", {"onto"}, {{"alpha", 0.5}}),
             layer("flat", "flatten", {"act"}), layer("rest", "flatten", {"other"}),
             layer("all", "concat", {"flat", "rest"})},
            {2, 5, 6}));
    out.emplace_back(
        "chosen",
        network_of({layer("mixed", "take", {"image"}, {{"index", {7, -1, 0, 3, 3, 59}}, {"shape", {2, 3}}}),
                    noise_of_shape("luck", {1, 3}, 4), layer("chosen", "choose", {"mixed", "luck"}),
                    layer("scaled_choice", "scale", {"chosen"}, {{"factor", 0.5}, {"offset", 1}})},
                   {2, 5, 6}));
    out.emplace_back("solid groups",
                     network_of({layer("up", "slice", {"image"}, {{"axis", 3}, {"begin", 0}, {"end", 2}}),
                                 layer("down", "slice", {"image"}, {{"axis", 3}, {"begin", 2}, {"end", 3}}),
                                 layer("all", "interleave", {"up", "down"}, {{"factor", {1, 1, 2}}})},
                                {2, 3, 2, 3}));
    return out;
}

}  // namespace caloforge::network::test
