#include "family/gan3d/GanStep.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/Clock.hh"
#include "core/Timeline.hh"
#include "family/gan3d/Losses.hh"
#include "family/gan3d/StepMemory.hh"
#include "network/Gan3d.hh"
#include "train/BatchTensors.hh"
#include "train/MicroBatch.hh"
#include "train/OptimiserState.hh"

namespace caloforge::family::gan3d {
namespace {

using model::PrecisionScope;
using torch::Tensor;
using train::BatchTensors;
using train::micro_batches;
using train::MicroBatch;

torch::optim::RMSpropOptions optimiser_options(const Gan3dSettings& settings) {
    return torch::optim::RMSpropOptions(settings.rate.rate).alpha(settings.rho).eps(settings.epsilon);
}

/// Seconds since the last call.
class Watch {
  public:
    double lap() {
        const double seconds = core::seconds_since(last_);
        last_ = core::Clock::now();
        return seconds;
    }

  private:
    core::Clock::time_point last_ = core::Clock::now();
};

void want_gradients(model::Network& network, bool wanted) {
    for (auto& parameter : network.parameters()) parameter.requires_grad_(wanted);
}

using core::timeline::Span;

void backward(const Tensor& loss) {
    const Span span("backward", "phase");
    const core::timeline::Chain layers("backward");
    loss.backward();
}

/// Waits for the gradients of all ranks and takes a step.
void update(train::GradientSum& gradients, torch::optim::RMSprop& optimiser) {
    {
        const Span span("gradients of all ranks", "phase");
        gradients.finish();
    }
    const Span span("optimiser", "phase");
    optimiser.step();
}

void add(PassLosses& sum, const PassLosses& one, double share) {
    sum.real += one.real * share;
    sum.energy += one.energy * share;
    sum.sum += one.sum * share;
}

/// The parameters, once the network is where it computes.
std::vector<Tensor> moved(model::Network& network, torch::Device device, model::Precision precision) {
    network.to(device, model::weight_type(precision));
    return network.parameters();
}

/// Mean over cells of the standard deviation between the showers of a batch, each scaled to the same total,
/// relative to the mean cell: about 0 when the generator makes one and the same shower.
double spread_between(const Tensor& showers) {
    if (showers.size(0) < 2) return 1;  // one shower is no copy of another
    const Tensor flat = showers.flatten(1);
    const Tensor shares = flat / flat.sum(1, true).clamp_min(1e-12);
    return (shares.std(0).mean() / shares.mean().clamp_min(1e-12)).item<double>();
}

}  // namespace

GanStep::GanStep(const train::TrainConfig& config, const Gan3dSettings& settings,
                 const data::Normalisation& normalisation, comm::Communicator& communicator)
    : seed_(config.seed),
      batch_(config.batch),
      settings_(settings),
      communicator_(communicator),
      sum_over_ranks_([&communicator](std::span<double> values) { communicator.sum(values); }),
      device_(model::find_device(config.device)),
      precision_(model::precision_on(device_, settings.precision)),
      inputs_(config.seed, settings, normalisation, device_, communicator),
      generator_(std::make_shared<model::Network>(network::gan3d_generator(normalisation.cell_scale))),
      discriminator_(
          std::make_shared<model::Network>(network::gan3d_discriminator(normalisation.cell_scale))),
      generator_optimiser_(generator_->parameters(), optimiser_options(settings)),
      discriminator_optimiser_(discriminator_->parameters(), optimiser_options(settings)),
      generator_gradients_(communicator, moved(*generator_, device_, precision_)),
      discriminator_gradients_(communicator, moved(*discriminator_, device_, precision_)) {
    // Two seeds, so that the two networks do not start with the same numbers.
    generator_->initialise(2 * config.seed);
    discriminator_->initialise(2 * config.seed + 1);
    const auto kernels =
        settings.kernels == "stock" ? model::Network::Kernels::stock : model::Network::Kernels::native;
    generator_->use_kernels(kernels);
    discriminator_->use_kernels(kernels);
}

Tensor GanStep::make_showers(const Tensor& incident, const std::vector<std::uint64_t>& samples,
                             bool training) {
    model::TensorMap inputs = model::make_noise(generator_->spec(), seed_, samples);
    for (auto& [name, noise] : inputs) noise = noise.to(device_, model::weight_type(precision_));
    inputs["energy"] = incident;
    const PrecisionScope scope(device_, precision_);
    return generator_->forward(std::move(inputs), {training, training, seed_, samples, norm_sums()})
        .at("showers");
}

GanStep::Pass GanStep::judge(const Tensor& showers, const Tensor& labels, const Tensor& incident,
                             const Tensor& sums, const std::vector<std::uint64_t>& samples,
                             bool update_statistics) {
    Pass pass;
    {
        const PrecisionScope scope(device_, precision_);
        pass.outputs = discriminator_->forward({{"showers", showers}},
                                               {true, update_statistics, seed_, samples, norm_sums()});
    }
    const Tensor real = real_fake_loss(pass.outputs.at("real"), labels);
    const Tensor energy =
        mean_absolute_percentage_error(pass.outputs.at("energy"), incident / GanInputs::energy_unit);
    const Tensor sum = mean_absolute_percentage_error(pass.outputs.at("sum"), sums);
    pass.loss = settings_.weight_real * real + settings_.weight_energy * energy + settings_.weight_sum * sum;
    pass.losses = {real.item<double>(), energy.item<double>(), sum.item<double>()};
    return pass;
}

std::size_t GanStep::part(std::size_t showers) const {
    return settings_.micro_batch > 0 ? std::min(settings_.micro_batch, showers) : showers;
}

PassLosses GanStep::train_discriminator(const Tensor& showers, double label, const Tensor& incident,
                                        const Tensor& sums, const std::vector<std::uint64_t>& samples) {
    discriminator_optimiser_.zero_grad();
    PassLosses losses;
    for (const MicroBatch& p : micro_batches(samples, part(samples.size()))) {
        discriminator_gradients_.hold(!p.last);
        const Pass pass = judge(p.of(showers), inputs_.labels(label, p.samples), p.of(incident), p.of(sums),
                                p.samples, true);
        backward(pass.loss * p.share);
        add(losses, pass.losses, p.share);
    }
    update(discriminator_gradients_, discriminator_optimiser_);
    return losses;
}

PassLosses GanStep::train_generator(const std::vector<std::uint64_t>& samples) {
    generator_optimiser_.zero_grad();
    PassLosses losses;
    for (const MicroBatch& p : micro_batches(samples, part(samples.size()))) {
        generator_gradients_.hold(!p.last);
        const Tensor energies = inputs_.incident(p.samples);
        const Pass pass = judge(make_showers(energies, p.samples, true), torch::ones_like(energies), energies,
                                inputs_.expected_sums(energies), p.samples, false);
        backward(pass.loss * p.share);
        add(losses, pass.losses, p.share);
    }
    update(generator_gradients_, generator_optimiser_);
    return losses;
}

void GanStep::set_learning_rate(std::uint64_t step) {
    const double halves = settings_.half_life > 0 ? static_cast<double>(step) / settings_.half_life : 0;
    const double rate = settings_.rate.at(step, batch_) * std::exp2(-halves);
    for (auto* optimiser : {&generator_optimiser_, &discriminator_optimiser_}) {
        static_cast<torch::optim::RMSpropOptions&>(optimiser->param_groups()[0].options()).lr(rate);
    }
}

const model::SumOverRanks* GanStep::norm_sums() const {
    return communicator_.ranks() > 1 && settings_.synchronise_norm ? &sum_over_ranks_ : nullptr;
}

std::string GanStep::where() {
    if (communicator_.ranks() == 1) return given_finite_ ? "" : "; the showers given are no finite numbers";
    // Gradients and batch normalisation take one rank's troubles to all: it began where a rank was given
    // them, or else met them first.
    const auto all = communicator_.gather(given_finite_ ? std::to_string(first_bad_ + 1) : "0");
    const auto earliest = *std::ranges::min_element(all);
    if (earliest == std::to_string(all_good + 1)) return "";
    std::vector<std::size_t> ranks;
    for (std::size_t r = 0; r < all.size(); ++r) {
        if (all[r] == earliest) ranks.push_back(r);
    }
    return fmt::format("{} rank{} {}", earliest == "0" ? "; no finite numbers among the showers of" : " on",
                       ranks.size() > 1 ? "s" : "", fmt::join(ranks, ", "));
}

void GanStep::average(StepReport& report) {
    if (communicator_.ranks() == 1) return;
    const std::array<PassLosses*, all_good> passes{&report.on_real, &report.on_generated, &report.generator};
    const auto bad = std::ranges::find_if(passes, [](const PassLosses* losses) {
        return !std::isfinite(losses->real) || !std::isfinite(losses->energy) || !std::isfinite(losses->sum);
    });
    first_bad_ = static_cast<std::size_t>(bad - passes.begin());  // behind the last: all_good
    std::vector<double*> members{&report.empty_share, &report.diversity};
    for (PassLosses* losses : passes)
        members.insert(members.end(), {&losses->real, &losses->energy, &losses->sum});
    std::vector<double> values;
    for (const double* member : members)
        values.push_back(*member / static_cast<double>(communicator_.ranks()));
    communicator_.sum(values);
    for (std::size_t i = 0; i < members.size(); ++i) *members[i] = values[i];
}

StepReport GanStep::operator()(const data::ShowerBatch& batch, std::uint64_t step) {
    StepReport report;
    const Span whole("step", "phase");
    const model::Tf32Scope tf32(device_, precision_);
    Watch watch;
    set_learning_rate(step);
    const auto numbers = [&](std::uint64_t pass) { return inputs_.samples(step, pass, batch.size()); };
    const BatchTensors given(batch);
    const auto type = model::weight_type(precision_);
    const Tensor showers = given.showers.to(device_, type), energies = given.incident.to(device_, type);
    const Tensor sums = showers.sum({1, 2, 3, 4}).unsqueeze(1);
    given_finite_ = torch::isfinite(sums).all().item<bool>() && torch::isfinite(energies).all().item<bool>();
    report.seconds[3] = watch.lap();

    want_gradients(*discriminator_, true);
    {
        const Span span("discriminator, real", "phase");
        report.on_real = train_discriminator(showers, 1.0, energies, sums, numbers(0));
    }
    report.seconds[0] = watch.lap();

    {
        const Span span("discriminator, generated", "phase");
        Tensor generated;
        const Tensor asked = inputs_.incident(numbers(1));
        {
            const torch::NoGradGuard no_grad;
            std::vector<Tensor> made;
            for (const MicroBatch& p : micro_batches(numbers(1), part(batch.size())))
                made.push_back(make_showers(p.of(asked), p.samples, false));
            generated = torch::cat(made);
            report.empty_share = (generated.sum({1, 2, 3, 4}) <= 0).to(torch::kFloat32).mean().item<double>();
            report.diversity = spread_between(generated);
        }
        report.on_generated =
            train_discriminator(generated, 0.0, asked, inputs_.expected_sums(asked), numbers(1));
    }
    report.seconds[1] = watch.lap();

    // The generator's steps need gradients through the discriminator, not of it.
    want_gradients(*discriminator_, false);
    for (int k = 0; k < settings_.generator_steps; ++k) {
        const Span span("generator", "phase");
        add(report.generator, train_generator(numbers(2 + static_cast<std::uint64_t>(k))),
            1.0 / settings_.generator_steps);
    }
    want_gradients(*discriminator_, true);
    report.seconds[2] = watch.lap();
    average(report);
    return report;
}

std::uint64_t GanStep::predicted_memory() const {
    if (!device_.is_cpu() || precision_ != model::Precision::float32 || settings_.kernels != "native")
        return 0;
    return gan3d::predicted_memory(generator_->plan(), discriminator_->plan(),
                                   part(batch_ / communicator_.ranks()));
}

void GanStep::store(network::WeightsFile& file) {
    generator_->store("generator", file);
    discriminator_->store("discriminator", file);
    train::store_optimiser("optimiser.generator", *generator_, generator_optimiser_, file);
    train::store_optimiser("optimiser.discriminator", *discriminator_, discriminator_optimiser_, file);
}

void GanStep::load(const network::WeightsFile& file) {
    generator_->load("generator", file);
    discriminator_->load("discriminator", file);
    train::load_optimiser("optimiser.generator", *generator_, generator_optimiser_, file);
    train::load_optimiser("optimiser.discriminator", *discriminator_, discriminator_optimiser_, file);
}

}  // namespace caloforge::family::gan3d
