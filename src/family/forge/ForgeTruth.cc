#include "family/forge/ForgeTruth.hh"

namespace caloforge::family::forge {

using torch::Tensor;

model::TensorMap forge_truth(const network::ForgeOptions& options, const Tensor& showers,
                             const Tensor& incident) {
    using Kind = network::ForgeSample::Kind;
    model::TensorMap out;
    const Tensor cells = showers / options.mip;
    const Tensor layers = cells.to(torch::kFloat64).sum({1, 2, 3}) * options.mip;  // (N, Z), GeV
    const Tensor deposited = layers.sum(1, true);
    // What is left for a layer's partners never vanishes beside the shower, so that ratios stay finite.
    constexpr double least_share = 1e-6;
    Tensor left = deposited;
    for (const network::ForgeSample& sample : network::forge_samples(options)) {
        const auto z = static_cast<std::int64_t>(sample.z);
        switch (sample.kind) {
            case Kind::response:
                out[sample.name] = (deposited / (incident * options.response)).to(torch::kFloat32);
                break;
            case Kind::layer_ratio: {
                const Tensor layer = layers.slice(1, z, z + 1);
                left = torch::maximum(left - layer, least_share * deposited);
                out[sample.name] = (layer / left).to(torch::kFloat32);
                break;
            }
            case Kind::cells:
                out[sample.name] = cells.select(4, z)
                                       .slice(2, static_cast<std::int64_t>(sample.px), std::nullopt, 2)
                                       .slice(3, static_cast<std::int64_t>(sample.py), std::nullopt, 2)
                                       .contiguous();
                break;
        }
    }
    return out;
}

void turn(int symmetry, Tensor& showers, Tensor& impact) {
    for (std::int64_t axis = 0; axis < 2; ++axis) {
        if (!(symmetry >> axis & 1)) continue;
        showers = showers.flip(axis + 2);
        if (!impact.defined()) continue;
        Tensor mirrored = impact.clone();
        mirrored.select(1, axis).neg_();
        impact = mirrored;
    }
    if (!(symmetry & 4)) return;
    showers = showers.transpose(2, 3);
    if (impact.defined()) impact = impact.flip(1);
}

}  // namespace caloforge::family::forge
