#include "model/Noise.hh"

#include "core/Random.hh"
#include "network/LayerTypes.hh"
#include "network/RandomLayers.hh"

namespace caloforge::model {

TensorMap make_noise(const network::NetworkSpec& spec, std::span<const sample::Key> keys) {
    TensorMap out;
    for (const auto& layer : spec.layers) {
        if (layer.type != "random") continue;
        auto shape = layer.parameters.at("shape").get<network::Shape>();
        const auto elements = static_cast<std::size_t>(network::element_count(shape));
        const auto stream = layer.parameters.at("stream").get<std::uint32_t>();
        const core::Noise distribution = network::noise_of(layer);
        shape.insert(shape.begin(), static_cast<std::int64_t>(keys.size()));
        torch::Tensor noise = torch::empty(shape, torch::kFloat32);
        float* data = noise.data_ptr<float>();
        for (std::size_t j = 0; j < keys.size(); ++j) {
            const core::RandomStream random(keys[j].seed, keys[j].number, stream);
            distribution.fill(random, {data + j * elements, elements});
        }
        out[layer.name] = noise;
    }
    return out;
}

}  // namespace caloforge::model
