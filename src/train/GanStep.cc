#include "train/GanStep.hh"

#include <chrono>
#include <cmath>

#include "core/Random.hh"
#include "network/Gan3d.hh"
#include "train/BatchTensors.hh"
#include "train/Losses.hh"
#include "train/OptimiserState.hh"

namespace caloforge::train {
namespace {

using model::PrecisionScope;
using torch::Tensor;

// Streams of the training's own random numbers, behind those of the dropout layers.
constexpr std::uint32_t flip_stream = core::first_training_stream + 0x1000;
constexpr std::uint32_t training_energy_stream = core::first_training_stream + 0x1001;
constexpr double energy_unit = 100.0;  ///< GeV; the discriminator's `energy` output is E / 100 GeV

torch::optim::RMSpropOptions optimiser_options(const TrainConfig& config) {
    return torch::optim::RMSpropOptions(config.learning_rate).alpha(config.rho).eps(config.epsilon);
}

/// Seconds since the last call.
class Watch {
  public:
    double lap() {
        const auto now = std::chrono::steady_clock::now();
        const double seconds = std::chrono::duration<double>(now - last_).count();
        last_ = now;
        return seconds;
    }

  private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Numbers of the samples of one pass; every pass of every step has its own.
std::vector<std::uint64_t> sample_numbers(std::uint64_t step, std::uint64_t pass, std::uint64_t passes,
                                          std::size_t batch) {
    std::vector<std::uint64_t> out(batch);
    for (std::size_t j = 0; j < batch; ++j) out[j] = (step * passes + pass) * batch + j;
    return out;
}

core::Json losses_json(const PassLosses& losses) {
    return {{"real", losses.real}, {"energy", losses.energy}, {"sum", losses.sum}};
}

void want_gradients(model::Network& network, bool wanted) {
    for (auto& parameter : network.parameters()) parameter.requires_grad_(wanted);
}

/// Mean over cells of the standard deviation between the showers of a batch, each scaled to the same total,
/// relative to the mean cell: about 0 when the generator makes one and the same shower.
double spread_between(const Tensor& showers) {
    const Tensor flat = showers.flatten(1);
    const Tensor shares = flat / flat.sum(1, true).clamp_min(1e-12);
    return (shares.std(0).mean() / shares.mean().clamp_min(1e-12)).item<double>();
}

}  // namespace

core::Json StepReport::json() const {
    return {{"discriminator_real", losses_json(on_real)},
            {"discriminator_generated", losses_json(on_generated)},
            {"generator", losses_json(generator)},
            {"empty_share", empty_share},
            {"diversity", diversity}};
}

GanStep::GanStep(const TrainConfig& config, const data::Normalisation& normalisation)
    : config_(config),
      normalisation_(normalisation),
      device_(model::find_device(config.device)),
      precision_(model::precision_from(config.precision)),
      generator_(std::make_shared<model::Network>(network::gan3d_generator(normalisation.cell_scale))),
      discriminator_(
          std::make_shared<model::Network>(network::gan3d_discriminator(normalisation.cell_scale))),
      generator_optimiser_(generator_->parameters(), optimiser_options(config)),
      discriminator_optimiser_(discriminator_->parameters(), optimiser_options(config)) {
    // Two seeds, so that the two networks do not start with the same numbers.
    generator_->initialise(2 * config.seed);
    discriminator_->initialise(2 * config.seed + 1);
    const auto kernels =
        config.kernels == "stock" ? model::Network::Kernels::stock : model::Network::Kernels::native;
    generator_->use_kernels(kernels);
    discriminator_->use_kernels(kernels);
    generator_->to(device_, model::weight_type(precision_));
    discriminator_->to(device_, model::weight_type(precision_));
}

Tensor GanStep::labels(double value, const std::vector<std::uint64_t>& samples) const {
    Tensor out = torch::empty({static_cast<std::int64_t>(samples.size()), 1});
    for (std::size_t j = 0; j < samples.size(); ++j) {
        const bool flip =
            core::RandomStream(config_.seed, samples[j], flip_stream).uniform_at(0) < config_.label_flip;
        out.data_ptr<float>()[j] = static_cast<float>(flip ? 1.0 - value : value);
    }
    return out.to(device_, model::weight_type(precision_));
}

Tensor GanStep::incident(const std::vector<std::uint64_t>& samples) const {
    Tensor out = torch::empty({static_cast<std::int64_t>(samples.size()), 1});
    for (std::size_t j = 0; j < samples.size(); ++j) {
        const double u = core::RandomStream(config_.seed, samples[j], training_energy_stream).uniform_at(0);
        out.data_ptr<float>()[j] = static_cast<float>(
            normalisation_.energy_low + (normalisation_.energy_high - normalisation_.energy_low) * u);
    }
    return out.to(device_, model::weight_type(precision_));
}

Tensor GanStep::expected_sums(const Tensor& incident) const {
    const Tensor x = incident / energy_unit;
    Tensor sum = torch::zeros_like(x);
    for (auto c = normalisation_.sum_coefficients.rbegin(); c != normalisation_.sum_coefficients.rend(); ++c)
        sum = sum * x + *c;
    return sum;
}

Tensor GanStep::make_showers(const Tensor& incident, const std::vector<std::uint64_t>& samples,
                             bool training) {
    model::TensorMap inputs = model::make_noise(generator_->spec(), config_.seed, samples);
    for (auto& [name, noise] : inputs) noise = noise.to(device_, model::weight_type(precision_));
    inputs["energy"] = incident;
    const PrecisionScope scope(device_, precision_);
    return generator_->forward(std::move(inputs), {training, training, config_.seed, samples}).at("showers");
}

GanStep::Pass GanStep::judge(const Tensor& showers, const Tensor& labels, const Tensor& incident,
                             const Tensor& sums, const std::vector<std::uint64_t>& samples,
                             bool update_statistics) {
    Pass pass;
    {
        const PrecisionScope scope(device_, precision_);
        pass.outputs =
            discriminator_->forward({{"showers", showers}}, {true, update_statistics, config_.seed, samples});
    }
    const Tensor real = real_fake_loss(pass.outputs.at("real"), labels);
    const Tensor energy = mean_absolute_percentage_error(pass.outputs.at("energy"), incident / energy_unit);
    const Tensor sum = mean_absolute_percentage_error(pass.outputs.at("sum"), sums);
    pass.loss = config_.weight_real * real + config_.weight_energy * energy + config_.weight_sum * sum;
    pass.losses = {real.item<double>(), energy.item<double>(), sum.item<double>()};
    return pass;
}

PassLosses GanStep::train_discriminator(const Tensor& showers, double label, const Tensor& incident,
                                        const Tensor& sums, const std::vector<std::uint64_t>& samples) {
    discriminator_optimiser_.zero_grad();
    const Pass pass = judge(showers, labels(label, samples), incident, sums, samples, true);
    pass.loss.backward();
    discriminator_optimiser_.step();
    return pass.losses;
}

PassLosses GanStep::train_generator(const std::vector<std::uint64_t>& samples) {
    const Tensor energies = incident(samples);
    generator_optimiser_.zero_grad();
    const Tensor showers = make_showers(energies, samples, true);
    const Pass pass =
        judge(showers, torch::ones_like(energies), energies, expected_sums(energies), samples, false);
    pass.loss.backward();
    generator_optimiser_.step();
    return pass.losses;
}

void GanStep::set_learning_rate(std::uint64_t step) {
    if (config_.half_life <= 0) return;
    const double rate = config_.learning_rate * std::exp2(-static_cast<double>(step) / config_.half_life);
    for (auto* optimiser : {&generator_optimiser_, &discriminator_optimiser_}) {
        static_cast<torch::optim::RMSpropOptions&>(optimiser->param_groups()[0].options()).lr(rate);
    }
}

StepReport GanStep::operator()(const data::ShowerBatch& batch, std::uint64_t step) {
    StepReport report;
    Watch watch;
    set_learning_rate(step);
    const std::uint64_t passes = 2 + static_cast<std::uint64_t>(config_.generator_steps);
    const auto samples = [&](std::uint64_t pass) { return sample_numbers(step, pass, passes, batch.size()); };
    const BatchTensors given(batch);
    const auto type = model::weight_type(precision_);
    const Tensor showers = given.showers.to(device_, type), energies = given.incident.to(device_, type);
    report.seconds[3] = watch.lap();

    want_gradients(*discriminator_, true);
    report.on_real =
        train_discriminator(showers, 1.0, energies, showers.sum({1, 2, 3, 4}).unsqueeze(1), samples(0));
    report.seconds[0] = watch.lap();

    Tensor generated;
    const Tensor asked = incident(samples(1));
    {
        const torch::NoGradGuard no_grad;
        generated = make_showers(asked, samples(1), false);
        report.empty_share = (generated.sum({1, 2, 3, 4}) <= 0).to(torch::kFloat32).mean().item<double>();
        report.diversity = spread_between(generated);
    }
    report.on_generated = train_discriminator(generated, 0.0, asked, expected_sums(asked), samples(1));
    report.seconds[1] = watch.lap();

    // The generator's steps need gradients through the discriminator, not of it.
    want_gradients(*discriminator_, false);
    for (int k = 0; k < config_.generator_steps; ++k) {
        const PassLosses losses = train_generator(samples(2 + static_cast<std::uint64_t>(k)));
        report.generator.real += losses.real / config_.generator_steps;
        report.generator.energy += losses.energy / config_.generator_steps;
        report.generator.sum += losses.sum / config_.generator_steps;
    }
    want_gradients(*discriminator_, true);
    report.seconds[2] = watch.lap();
    return report;
}

void GanStep::store(network::WeightsFile& file) {
    generator_->store("generator", file);
    discriminator_->store("discriminator", file);
    store_optimiser("optimiser.generator", *generator_, generator_optimiser_, file);
    store_optimiser("optimiser.discriminator", *discriminator_, discriminator_optimiser_, file);
}

void GanStep::load(const network::WeightsFile& file) {
    generator_->load("generator", file);
    discriminator_->load("discriminator", file);
    load_optimiser("optimiser.generator", *generator_, generator_optimiser_, file);
    load_optimiser("optimiser.discriminator", *discriminator_, discriminator_optimiser_, file);
}

}  // namespace caloforge::train
