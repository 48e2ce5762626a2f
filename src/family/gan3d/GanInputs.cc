#include "family/gan3d/GanInputs.hh"

#include "core/Random.hh"
#include "model/Device.hh"

namespace caloforge::family::gan3d {
namespace {

using torch::Tensor;

// Streams of the training's own random numbers, behind those of the dropout layers.
constexpr std::uint32_t flip_stream = core::first_training_stream + 0x1000;
constexpr std::uint32_t training_energy_stream = core::first_training_stream + 0x1001;

}  // namespace

GanInputs::GanInputs(std::uint64_t seed, const Gan3dSettings& settings,
                     const data::Normalisation& normalisation, torch::Device device,
                     const comm::Communicator& communicator)
    : seed_(seed),
      label_flip_(settings.label_flip),
      passes_(2 + static_cast<std::uint64_t>(settings.generator_steps)),
      rank_(communicator.rank()),
      ranks_(communicator.ranks()),
      normalisation_(normalisation),
      options_(torch::dtype(model::weight_type(model::precision_from(settings.precision))).device(device)) {}

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
    return out.to(options_);
}

Tensor GanInputs::incident(const std::vector<std::uint64_t>& samples) const {
    Tensor out = torch::empty({static_cast<std::int64_t>(samples.size()), 1});
    for (std::size_t j = 0; j < samples.size(); ++j) {
        const double u = core::RandomStream(seed_, samples[j], training_energy_stream).uniform_at(0);
        out.data_ptr<float>()[j] = static_cast<float>(
            normalisation_.energy_low + (normalisation_.energy_high - normalisation_.energy_low) * u);
    }
    return out.to(options_);
}

Tensor GanInputs::expected_sums(const Tensor& incident) const {
    const Tensor x = incident / energy_unit;
    Tensor sum = torch::zeros_like(x);
    for (auto c = normalisation_.sum_coefficients.rbegin(); c != normalisation_.sum_coefficients.rend(); ++c)
        sum = sum * x + *c;
    return sum;
}

}  // namespace caloforge::family::gan3d
