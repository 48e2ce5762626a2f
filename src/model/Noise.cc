#include "model/Noise.hh"

#include "core/Random.hh"

namespace caloforge::model {

TensorMap make_noise(const network::NetworkSpec& spec, std::uint64_t seed,
                     std::span<const std::uint64_t> showers) {
    TensorMap out;
    for (const auto& layer : spec.layers) {
        if (layer.type != "random") continue;
        auto shape = layer.parameters.at("shape").get<network::Shape>();
        const auto elements = static_cast<std::size_t>(network::element_count(shape));
        const auto stream = layer.parameters.at("stream").get<std::uint32_t>();
        const bool normal = layer.parameters.at("distribution") == "normal";
        shape.insert(shape.begin(), static_cast<std::int64_t>(showers.size()));
        torch::Tensor noise = torch::empty(shape, torch::kFloat32);
        float* data = noise.data_ptr<float>();
        for (std::size_t j = 0; j < showers.size(); ++j) {
            const core::RandomStream random(seed, showers[j], stream);
            const std::span<float> row(data + j * elements, elements);
            if (normal) {
                random.normal(row);
            } else {
                random.uniform(row);
            }
        }
        out[layer.name] = noise;
    }
    return out;
}

}  // namespace caloforge::model
