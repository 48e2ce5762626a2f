#include "family/gan3d/GanInputs.hh"

#include <array>

#include "core/Random.hh"
#include "model/Device.hh"

namespace caloforge::family::gan3d {
namespace {

using torch::Tensor;

// Streams of the training's own random numbers, behind those of the dropout layers.
constexpr std::uint32_t flip_stream = core::first_training_stream + 0x1000;
constexpr std::uint32_t training_energy_stream = core::first_training_stream + 0x1001;
constexpr std::uint32_t device_stream = core::first_training_stream + 0x1005;

}  // namespace

GanInputs::GanInputs(std::uint64_t seed, const Gan3dSettings& settings,
                     const data::Normalisation& normalisation, const comm::Communicator& communicator)
    : seed_(seed),
      label_flip_(settings.label_flip),
      passes_(2 + static_cast<std::uint64_t>(settings.generator_steps)),
      rank_(communicator.rank()),
      ranks_(communicator.ranks()),
      normalisation_(normalisation),
      type_(model::weight_type(model::precision_from(settings.precision))) {}

std::vector<std::uint64_t> GanInputs::samples(std::uint64_t step, std::uint64_t pass,
                                              std::size_t showers) const {
    const std::uint64_t first = ((step * passes_ + pass) * ranks_ + rank_) * showers;
    std::vector<std::uint64_t> out(showers);
    for (std::size_t j = 0; j < showers; ++j) out[j] = first + j;
    return out;
}

Tensor GanInputs::labels(double value, const std::vector<std::uint64_t>& samples) const {
    Tensor out = torch::empty({static_cast<std::int64_t>(samples.size()), 1});
    for (std::size_t j = 0; j < samples.size(); ++j) {
        const bool flip = core::RandomStream(seed_, samples[j], flip_stream).uniform_at(0) < label_flip_;
        out.data_ptr<float>()[j] = static_cast<float>(flip ? 1.0 - value : value);
    }
    return out.to(type_);
}

Tensor GanInputs::incident(const std::vector<std::uint64_t>& samples) const {
    Tensor out = torch::empty({static_cast<std::int64_t>(samples.size()), 1});
    for (std::size_t j = 0; j < samples.size(); ++j) {
        const double u = core::RandomStream(seed_, samples[j], training_energy_stream).uniform_at(0);
        out.data_ptr<float>()[j] = static_cast<float>(
            normalisation_.energy_low + (normalisation_.energy_high - normalisation_.energy_low) * u);
    }
    return out.to(type_);
}

PassDraws GanInputs::draw(std::uint64_t pass, const std::vector<std::uint64_t>& samples,
                          const network::NetworkSpec& generator) const {
    PassDraws out;
    if (pass < 2) out.labels = labels(pass == 0 ? 1.0 : 0.0, samples);
    if (pass == 0) return out;
    if (pass > 1) out.labels = torch::ones({static_cast<std::int64_t>(samples.size()), 1}, type_);
    out.incident = incident(samples);
    std::vector<sample::Key> keys;
    for (const std::uint64_t number : samples) keys.push_back({seed_, number});
    out.noise = model::make_noise(generator, keys);
    for (auto& [name, noise] : out.noise) noise = noise.to(type_);
    return out;
}

std::uint64_t GanInputs::device_seed(std::uint64_t step) const {
    std::array<std::uint32_t, 2> words{};
    core::RandomStream(seed_, step, device_stream).bits(words);
    return std::uint64_t{words[1]} << 32 | words[0];
}

Tensor GanInputs::expected_sums(const Tensor& incident) const {
    const Tensor x = incident / energy_unit;
    Tensor sum = torch::zeros_like(x);
    for (auto c = normalisation_.sum_coefficients.rbegin(); c != normalisation_.sum_coefficients.rend(); ++c)
        sum = sum * x + *c;
    return sum;
}

}  // namespace caloforge::family::gan3d
