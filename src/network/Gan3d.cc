#include "network/Gan3d.hh"

#include <array>

#include "network/SpecBuilder.hh"

namespace caloforge::network {
namespace {

using core::Json;

// Constants of the published network; doc/design.md.
constexpr double leaky_slope = 0.3;
constexpr double dropout_rate = 0.2;
constexpr double norm_momentum = 0.99;
constexpr double norm_epsilon = 1e-3;
constexpr double energy_unit = 100.0;    ///< GeV: the incident energy enters as E / 100 GeV
constexpr double cell_threshold = 1e-6;  ///< GeV: cells below count as zero in the 3DGAN's files

/// The layers that the two networks share.
class Stack : public SpecBuilder {
  public:
    using SpecBuilder::SpecBuilder;

    Stack& from(const std::string& name) {
        SpecBuilder::from(name);
        return *this;
    }
    Stack& add(const std::string& name, const std::string& type, Json parameters = Json::object()) {
        then(name, type, std::move(parameters));
        return *this;
    }
    Stack& convolution(const std::string& name, int filters, std::array<int, 3> kernel, const Json& padding,
                       const std::string& initialiser, bool bias = true) {
        return add(name, "conv3d",
                   {{"filters", filters},
                    {"kernel", kernel},
                    {"padding", padding},
                    {"bias", bias},
                    {"initialiser", initialiser}});
    }
    Stack& activation(const std::string& name) { return add(name, "leaky_relu", {{"slope", leaky_slope}}); }
    Stack& norm(const std::string& name) {
        return add(name, "batch_norm", {{"epsilon", norm_epsilon}, {"momentum", norm_momentum}});
    }
};

}  // namespace

NetworkSpec gan3d_generator(double cell_scale) {
    Stack stack("gan3d-generator");
    stack.input({"energy", {1}, "GeV"});
    stack.SpecBuilder::add("latent", "random", {},
                           {{"distribution", "normal"}, {"shape", {200}}, {"stream", 0}});
    stack.from("energy").add("energy_scaled", "scale", {{"factor", 1.0 / energy_unit}});
    stack.SpecBuilder::add("latent_scaled", "multiply", {"latent", "energy_scaled"});
    stack.from("latent_scaled")
        .add("dense", "dense", {{"units", 3136}, {"initialiser", "glorot_uniform"}})
        .add("seed", "reshape", {{"shape", {8, 7, 7, 8}}})
        .convolution("conv1", 64, {6, 6, 8}, "same", "he_uniform")
        .activation("act1")
        .norm("norm1")
        .add("up1", "upsample", {{"factor", {2, 2, 2}}})
        .add("pad1", "pad", {{"padding", {2, 2, 0}}})
        .convolution("conv2", 6, {6, 5, 8}, "valid", "he_uniform")
        .activation("act2")
        .norm("norm2")
        .add("up2", "upsample", {{"factor", {2, 2, 3}}})
        .add("pad2", "pad", {{"padding", {1, 0, 3}}})
        .convolution("conv3", 6, {3, 3, 8}, "valid", "he_uniform")
        .activation("act3")
        .convolution("conv4", 1, {2, 2, 2}, "valid", "glorot_normal", false)
        .add("image", "relu")
        .add("deposits", "scale", {{"factor", 1.0 / cell_scale}})
        .add("showers", "threshold", {{"value", cell_threshold}})
        .output("showers", "GeV");
    return stack.build();
}

NetworkSpec gan3d_discriminator(double cell_scale) {
    Stack stack("gan3d-discriminator");
    stack.input({"showers", {1, 25, 25, 25}, "GeV"});
    stack.from("showers")
        .add("image", "scale", {{"factor", cell_scale}})
        .convolution("conv1", 32, {5, 5, 5}, "same", "glorot_uniform")
        .activation("act1")
        .add("drop1", "dropout", {{"rate", dropout_rate}, {"stream", 1}});
    for (int i = 2; i <= 4; ++i) {
        const std::string n = std::to_string(i);
        const int pad = i < 4 ? 2 : 1;
        stack.convolution("conv" + n, 8, {5, 5, 5}, {pad, pad, pad}, "glorot_uniform")
            .activation("act" + n)
            .norm("norm" + n)
            .add("drop" + n, "dropout", {{"rate", dropout_rate}, {"stream", i}});
    }
    stack.add("pool", "average_pool", {{"size", {2, 2, 2}}}).add("features", "flatten");
    const Json one_unit = {{"units", 1}, {"initialiser", "glorot_uniform"}};
    stack.from("features").add("real", "dense", one_unit);
    stack.from("features").add("energy", "dense", one_unit);
    stack.from("showers").add("sum", "sum", {{"axes", {0, 1, 2, 3}}});
    stack.output("real", "logit").output("energy", "100 GeV").output("sum", "GeV");
    return stack.build();
}

}  // namespace caloforge::network
