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
#include "train/DeviceRmsprop.hh"
#include "train/OptimiserState.hh"

namespace caloforge::family::gan3d {
namespace {

using model::PrecisionScope;
using torch::Tensor;
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

/// The parameters, once the network is where it computes.
std::vector<Tensor> moved(model::Network& network, torch::Device device, model::Precision precision) {
    network.to(device, model::weight_type(precision));
    return network.parameters();
}

/// Mean over cells of the standard deviation between the showers of a batch, each scaled to the same total,
/// relative to the mean cell: about 0 when the generator makes one and the same shower.
Tensor spread_between(const Tensor& showers) {
    if (showers.size(0) < 2) return torch::ones({}, showers.options());  // one shower is no copy of another
    const Tensor flat = showers.flatten(1);
    const Tensor shares = flat / flat.sum(1, true).clamp_min(1e-12);
    return shares.std(0).mean() / shares.mean().clamp_min(1e-12);
}

PassLosses losses(const double* three) {
    return {three[0], three[1], three[2]};
}

constexpr const char* raw_role = "raw";  ///< the weights that are trained, beside their average

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
      draws_(config.seed, settings, normalisation, communicator),
      inputs_(draws_, device_, settings.augment),
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
    if (settings.average > 0) averaged_.emplace(generator_tensors());
    const auto number = torch::dtype(model::weight_type(precision_)).device(device_);
    rate_ = torch::zeros({}, number);
    change_ = torch::zeros({}, number);
    // Ranks wait for each other within a step.
    if (settings.graph && communicator.ranks() == 1 && model::CapturedWork::possible(device_))
        captured_.emplace(device_);
}

std::vector<Tensor> GanStep::generator_tensors() const {
    std::vector<Tensor> out = generator_->parameters();
    for (const Tensor& statistic : generator_->buffers()) out.push_back(statistic);
    return out;
}

Tensor GanStep::make_showers(const StepInputs::Pass& pass, const MicroBatch& some, bool training) {
    model::TensorMap inputs{{"energy", some.of(pass.incident)}};
    for (const auto& [name, noise] : pass.noise) inputs[name] = some.of(noise);
    const PrecisionScope scope(device_, precision_);
    return generator_->forward(std::move(inputs), {training, training, seed_, some.samples, norm_sums()})
        .at("showers");
}

GanStep::Judged GanStep::judge(const Tensor& showers, const Tensor& labels, const Tensor& incident,
                               const Tensor& sums, const std::vector<std::uint64_t>& samples,
                               bool update_statistics) {
    model::TensorMap outputs;
    {
        const PrecisionScope scope(device_, precision_);
        outputs = discriminator_->forward({{"showers", showers}},
                                          {true, update_statistics, seed_, samples, norm_sums()});
    }
    const Tensor real = real_fake_loss(outputs.at("real"), labels);
    const Tensor energy =
        mean_absolute_percentage_error(outputs.at("energy"), incident / GanInputs::energy_unit);
    const Tensor sum = mean_absolute_percentage_error(outputs.at("sum"), sums);
    return {settings_.weight_real * real + settings_.weight_energy * energy + settings_.weight_sum * sum,
            torch::stack({real, energy, sum}).detach()};
}

std::size_t GanStep::part(std::size_t showers) const {
    return settings_.micro_batch > 0 ? std::min(settings_.micro_batch, showers) : showers;
}

// Waits for the gradients of all ranks and takes a step.
void GanStep::update(train::GradientSum& gradients, torch::optim::RMSprop& optimiser) {
    {
        const Span span("gradients of all ranks", "phase");
        gradients.finish();
    }
    const Span span("optimiser", "phase");
    if (device_.is_cuda())
        train::DeviceRmsprop(optimiser).step(rate_);
    else
        optimiser.step();
}

Tensor GanStep::train_discriminator(const Tensor& showers, const StepInputs::Pass& pass, const Tensor& sums) {
    discriminator_optimiser_.zero_grad();
    Tensor losses = torch::zeros({3}, sums.options());
    for (const MicroBatch& p : micro_batches(pass.samples, part(pass.samples.size()))) {
        discriminator_gradients_.hold(!p.last);
        const Judged judged =
            judge(p.of(showers), p.of(pass.labels), p.of(pass.incident), p.of(sums), p.samples, true);
        backward(judged.loss * p.share);
        losses += judged.losses * p.share;
    }
    update(discriminator_gradients_, discriminator_optimiser_);
    return losses;
}

Tensor GanStep::train_generator(const StepInputs::Pass& pass) {
    generator_optimiser_.zero_grad();
    Tensor losses = torch::zeros({3}, pass.incident.options());
    for (const MicroBatch& p : micro_batches(pass.samples, part(pass.samples.size()))) {
        generator_gradients_.hold(!p.last);
        const Tensor energies = p.of(pass.incident);
        const Judged judged = judge(make_showers(pass, p, true), p.of(pass.labels), energies,
                                    draws_.expected_sums(energies), p.samples, false);
        backward(judged.loss * p.share);
        losses += judged.losses * p.share;
    }
    update(generator_gradients_, generator_optimiser_);
    return losses;
}

void GanStep::set_rates(std::uint64_t step) {
    const double halves = settings_.half_life > 0 ? static_cast<double>(step) / settings_.half_life : 0;
    const double rate = settings_.rate.at(step, batch_) * std::exp2(-halves);
    rate_.fill_(rate);
    for (auto* optimiser : {&generator_optimiser_, &discriminator_optimiser_}) {
        static_cast<torch::optim::RMSpropOptions&>(optimiser->param_groups()[0].options()).lr(rate);
        if (!device_.is_cuda()) continue;
        const std::uint64_t times =
            optimiser == &generator_optimiser_ ? static_cast<std::uint64_t>(settings_.generator_steps) : 2;
        for (std::uint64_t i = 0; i < times; ++i) train::DeviceRmsprop(*optimiser).begin();
    }
    // Young averages forget faster: the first weights are far from all later ones.
    const double n = static_cast<double>(step);
    change_.fill_(1 - std::min(settings_.average, (n + 1) / (n + 10)));
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

void GanStep::compute() {
    Watch watch;
    const Tensor& showers = inputs_.showers();
    const StepInputs::Pass &real = inputs_.pass(0), &made = inputs_.pass(1);
    const Tensor sums = showers.sum({1, 2, 3, 4}).unsqueeze(1);
    const Tensor finite = torch::isfinite(sums).all().logical_and(torch::isfinite(real.incident).all());

    Tensor on_real, on_generated, empty_share, diversity;
    want_gradients(*discriminator_, true);
    {
        const Span span("discriminator, real", "phase");
        on_real = train_discriminator(showers, real, sums);
    }
    seconds_[0] = watch.lap();

    {
        const Span span("discriminator, generated", "phase");
        Tensor generated;
        {
            const torch::NoGradGuard no_grad;
            std::vector<Tensor> parts;
            for (const MicroBatch& p : micro_batches(made.samples, part(made.samples.size())))
                parts.push_back(make_showers(made, p, false));
            generated = torch::cat(parts);
            empty_share = (generated.sum({1, 2, 3, 4}) <= 0).to(torch::kFloat32).mean();
            diversity = spread_between(generated);
        }
        on_generated = train_discriminator(generated, made, draws_.expected_sums(made.incident));
    }
    seconds_[1] = watch.lap();

    // The generator's steps need gradients through the discriminator, not of it.
    want_gradients(*discriminator_, false);
    Tensor as_generator = torch::zeros_like(on_real);
    for (int k = 0; k < settings_.generator_steps; ++k) {
        const Span span("generator", "phase");
        as_generator +=
            train_generator(inputs_.pass(2 + static_cast<std::uint64_t>(k))) / settings_.generator_steps;
    }
    want_gradients(*discriminator_, true);
    if (averaged_) averaged_->update(change_);
    std::vector<Tensor> all;
    for (const Tensor& some : {on_real, on_generated, as_generator, empty_share, diversity, finite})
        all.push_back(some.to(torch::kFloat64).flatten());
    numbers_ = torch::cat(all);
    seconds_[2] = watch.lap();
}

// The one place where the host waits for the device.
StepReport GanStep::read_report() {
    const Tensor there = numbers_.to(torch::kCPU);
    const double* at = there.const_data_ptr<double>();
    StepReport report;
    report.on_real = losses(at);
    report.on_generated = losses(at + 3);
    report.generator = losses(at + 6);
    report.empty_share = at[9];
    report.diversity = at[10];
    given_finite_ = at[11] > 0;
    return report;
}

StepReport GanStep::operator()(const data::ShowerBatch& batch, std::uint64_t step) {
    const Span whole("step", "phase");
    const model::Tf32Scope tf32(device_, precision_);
    std::optional<model::CapturedWork::InOrder> in_order;
    if (captured_) in_order.emplace(*captured_);
    Watch watch;
    set_rates(step);
    inputs_.fill(batch, step, generator_->spec());
    if (device_.is_cuda()) model::seed_device(device_, draws_.device_seed(step));
    const double filling = watch.lap();
    if (captured_) {
        (*captured_)([this] { compute(); });
        inputs_.draw(batch.size(), step + 1, generator_->spec());  // the device is busy
    } else {
        compute();
    }
    StepReport report = read_report();
    report.seconds = captured_ ? std::array<double, 4>{0, 0, watch.lap(), 0} : seconds_;
    report.seconds[3] = filling;
    average(report);
    return report;
}

std::uint64_t GanStep::predicted_memory() const {
    if (!device_.is_cpu() || precision_ != model::Precision::float32 || settings_.kernels != "native")
        return 0;
    return gan3d::predicted_memory(generator_->plan(), discriminator_->plan(),
                                   part(batch_ / communicator_.ranks()));
}

void GanStep::store_generator(network::WeightsFile& file) {
    std::optional<train::AveragedWeights::InUse> in_use;
    if (averaged_) in_use.emplace(*averaged_);
    generator_->store("generator", file);
}

void GanStep::store(network::WeightsFile& file) {
    if (averaged_) {
        generator_->store(raw_role, file);
        file.document["networks"].erase(raw_role);
    }
    store_generator(file);
    discriminator_->store("discriminator", file);
    train::store_optimiser("optimiser.generator", *generator_, generator_optimiser_, file);
    train::store_optimiser("optimiser.discriminator", *discriminator_, discriminator_optimiser_, file);
}

void GanStep::load(const network::WeightsFile& file) {
    if (captured_) captured_.emplace(device_);  // it would go on with the optimiser's state of before
    generator_->load("generator", file);
    if (averaged_) {
        averaged_->restart();
        network::WeightsFile as_raw = file;
        as_raw.document["networks"][raw_role] = generator_->spec().json();
        generator_->load(raw_role, as_raw);
    }
    discriminator_->load("discriminator", file);
    train::load_optimiser("optimiser.generator", *generator_, generator_optimiser_, file);
    train::load_optimiser("optimiser.discriminator", *discriminator_, discriminator_optimiser_, file);
}

}  // namespace caloforge::family::gan3d
