#include "family/forge/ForgeTrainer.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "comm/Share.hh"
#include "core/Error.hh"
#include "core/Random.hh"
#include "family/forge/ForgeOptions.hh"
#include "model/Device.hh"
#include "network/NetworkPlan.hh"
#include "train/OptimiserState.hh"

namespace caloforge::family::forge {
namespace {

using torch::Tensor;

constexpr const char* optimiser_key = "optimiser.generator";
constexpr const char* raw_role = "raw";  ///< the weights that are trained, beside their average
constexpr std::uint32_t layer_stream = core::first_training_stream + 0x1003;
/// Steps on end above the first loss after which a training has diverged.
constexpr std::uint64_t patience = 50;
/// Share of its first loss that a training that begins with a model may lose: batches differ by some per
/// cent, and what is as good as its first step cannot be expected to get below it for long.
constexpr double start_margin = 0.1;

/// The networks of what is drawn for the whole shower, which see a shower once where those of the cells see
/// thousands of cells, decay faster.
std::vector<torch::optim::OptimizerParamGroup> parameter_groups(const model::Network& network,
                                                                const ForgeSettings& settings) {
    std::vector<Tensor> energies, cells;
    for (const auto& item : network.named_parameters()) {
        const std::string& name = item.key();
        const bool whole = name.starts_with("split_") || name.starts_with("response_") ||
                           name.starts_with("centre_") || name.starts_with("width_") ||
                           name.starts_with("cluster_") || name.starts_with("ring_") ||
                           name.starts_with("sector_");
        (whole ? energies : cells).push_back(item.value());
    }
    const auto options = [&](double decay) {
        return std::make_unique<torch::optim::AdamWOptions>(torch::optim::AdamWOptions(settings.rate.rate)
                                                                .betas({settings.beta1, settings.beta2})
                                                                .weight_decay(decay));
    };
    return {{energies, options(settings.energy_decay)}, {cells, options(settings.weight_decay)}};
}

const ForgeSettings& settings_of(const train::TrainingContext& context) {
    return dynamic_cast<const ForgeSettings&>(*context.config.settings);
}

/// The model to start from, unless a checkpoint holds what it led to.
std::optional<network::WeightsFile> start_of(const train::TrainingContext& context) {
    const std::string& name = settings_of(context).start_from;
    if (context.checkpoint || name.empty()) return std::nullopt;
    return network::WeightsFile::find(name);
}

network::ForgeOptions options_of(const train::TrainingContext& context, const network::WeightsFile* start) {
    const network::WeightsFile* before = context.checkpoint ? context.checkpoint : start;
    const auto options = forge_options(settings_of(context).widths, context.detector, context.readout,
                                       context.normalisation, context.digest);
    return before ? forge_options_after(*before, options) : options;
}

sample::ConditionSpace conditions_of(const train::TrainingContext& context,
                                     const network::ForgeOptions& options) {
    const data::Normalisation& seen = context.normalisation;
    std::vector<sample::Condition> out = {
        sample::trained_over(sample::energy_field, {{seen.energy_low, seen.energy_high}})};
    if (const auto impact = context.digest.extent(sample::impact_field.name)) {
        // About the axis: showers are turned by the symmetries of the window.
        const auto range = [&](std::size_t axis) {
            const double half = std::max(std::abs(impact->low[axis]), std::abs(impact->high[axis]));
            return sample::Condition::Range{-half, half};
        };
        out.push_back(sample::trained_over(sample::impact_field, {range(0), range(1)}));
    }
    if (options.moving()) {
        // Turned by the symmetries of the window, the directions are those of the whole circle.
        const auto direction = context.digest.extent(sample::direction_field.name);
        const double around = settings_of(context).augment ? 2 * std::numbers::pi : direction->high[1];
        const double from = settings_of(context).augment ? 0.0 : direction->low[1];
        out.push_back(sample::trained_over(sample::direction_field,
                                           {{direction->low[0], direction->high[0]}, {from, around}}));
    }
    if (!options.particles.empty()) {
        sample::Condition particle{sample::particle_field};
        particle.values.assign(options.particles.begin(), options.particles.end());
        out.push_back(std::move(particle));
    }
    return sample::ConditionSpace(std::move(out));
}

train::Measures likelihood_measures(double energies, double cells) {
    return {{"nll", energies + cells, fmt::format("-ln p {:.1f}", energies + cells)},
            {"nll_energies", energies, fmt::format("energies {:.2f}", energies)},
            {"nll_cells", cells, fmt::format("cells {:.1f}", cells)}};
}

/// Shapes by name.
std::map<std::string, network::Shape> tensors_of(const network::NetworkSpec& spec) {
    std::map<std::string, network::Shape> out;
    for (const auto& step : network::plan_network(spec).steps) {
        for (const auto& tensor : step.plan.tensors) out[step.layer->name + "/" + tensor.role] = tensor.shape;
    }
    return out;
}

}  // namespace

ForgeTrainer::ForgeTrainer(const train::TrainingContext& context)
    : ForgeTrainer(context, start_of(context)) {}

ForgeTrainer::ForgeTrainer(const train::TrainingContext& context,
                           const std::optional<network::WeightsFile>& start)
    : settings_(settings_of(context)),
      seed_(context.config.seed),
      batch_(context.config.batch),
      communicator_(context.communicator),
      options_(options_of(context, start ? &*start : nullptr)),
      conditions_(conditions_of(context, options_)),
      schedule_(context.schedule),
      spec_(network::forge_generator(options_)),
      device_(model::find_device(context.config.device)),
      likelihood_(options_, spec_, device_, seed_),
      network_(likelihood_.network()),
      average_(network_.parameters()),
      optimiser_(parameter_groups(network_, settings_)),
      gradients_(context.communicator, network_.parameters()) {
    if (start) start_from(*start);
}

sample::ConditionSpace ForgeTrainer::conditions() const {
    return conditions_;
}

double ForgeTrainer::learning_rate(std::uint64_t step) const {
    const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * schedule_.done(step)));
    return settings_.rate.at(step, batch_) * (settings_.final_rate + (1 - settings_.final_rate) * cosine);
}

std::vector<double> ForgeTrainer::layer_weights(std::uint64_t step) const {
    const auto asked = static_cast<std::size_t>(settings_.layers_per_step);
    if (asked == 0 || asked >= options_.nz) return {};
    std::vector<double> weights(options_.nz, 0.0);
    const core::RandomStream random(seed_, step, layer_stream);
    for (std::size_t i = 0; i < asked; ++i) {
        const std::size_t begin = i * options_.nz / asked, end = (i + 1) * options_.nz / asked;
        const double size = static_cast<double>(end - begin);
        const auto place = static_cast<std::size_t>(size * random.uniform_at(static_cast<std::uint32_t>(i)));
        weights[begin + std::min(place, end - begin - 1)] = size;
    }
    return weights;
}

std::string ForgeTrainer::trouble(double loss, std::uint64_t step) {
    if (!std::isfinite(loss)) return fmt::format("the loss is not finite at step {}", step + 1);
    if (first_loss_ == 0)
        first_loss_ = !started_from_.is_null() ? loss + start_margin * std::abs(loss) : loss;
    worse_steps_ = loss > first_loss_ ? worse_steps_ + 1 : 0;
    if (worse_steps_ >= patience)
        return fmt::format("the loss has been above that of the first step{} for {} steps at step {}",
                           !started_from_.is_null() ? " by a tenth" : "", patience, step + 1);
    return "";
}

train::StepOutcome ForgeTrainer::step(const data::ShowerBatch& batch, std::uint64_t step) {
    const model::Tf32Scope full(device_, model::Precision::float32);
    const std::uint64_t first =
        (step * communicator_.ranks() + communicator_.rank()) * batch.size();  // sample of this rank
    ForgeShowers given = filled(batch, device_, options_, seed_, first);
    if (settings_.augment && given.size() > 0) given = augmented(given, options_, seed_, first);
    given = windowed(given, options_);
    const bool any = given.size() > 0;
    std::vector<double> sums{static_cast<double>(given.size())};
    communicator_.sum(sums);
    const double count = sums[0];
    if (count == 0) return {{{"nll", std::nan(""), "only empty showers"}}, "", {}};
    if (first_loss_ == 0 && started_from_.is_null()) {
        likelihood_.start_at(any ? &given : nullptr, communicator_);
        average_.restart();
    }

    const double rate = learning_rate(step);
    for (auto& group : optimiser_.param_groups())
        static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate);
    optimiser_.zero_grad();
    // A rank that has but empty showers waits for the others' gradients.
    Tensor loss;
    sums = {0, 0, 0};
    if (any) {
        const ForgeLikelihood::Values nll = likelihood_(given, layer_weights(step));
        const Tensor weights = torch::pow(given.incident().squeeze(1), -settings_.energy_weight);
        sums = {nll.energies.sum().item<double>(), nll.cells.sum().item<double>(),
                weights.sum().item<double>()};
        loss = (weights * (nll.energies + nll.cells)).sum();
    }
    communicator_.sum(sums);
    // GradientSum takes the mean over ranks.
    if (any) loss = loss * (static_cast<double>(communicator_.ranks()) / sums[2]);
    const double energies = sums[0] / count, cells = sums[1] / count, value = energies + cells;
    std::string why = trouble(value, step);
    double norm = 0;
    if (why.empty()) {
        if (any) loss.backward();
        gradients_.finish();
        norm = torch::nn::utils::clip_grad_norm_(network_.parameters(), settings_.clip);
        if (!std::isfinite(norm))
            why = fmt::format("the gradient is not finite at step {}", step + 1);
        else
            optimiser_.step();
        // Young averages forget faster: the first weights are far from all later ones.
        const double n = static_cast<double>(step);
        average_.update(std::min(settings_.average, (n + 1) / (n + 10)));
    }
    train::Measures measures = likelihood_measures(energies, cells);
    measures.push_back({"learning_rate", rate, fmt::format("rate {:.1e}", rate)});
    measures.push_back({"gradient_norm", norm, ""});
    return {std::move(measures), why, {}};
}

train::HeldOut ForgeTrainer::held_out(const data::ShowerSet& set) {
    const torch::NoGradGuard no_grad;
    const model::Tf32Scope full(device_, model::Precision::float32);
    double energies = 0, cells = 0, showers = 0;
    const auto look = [&](const data::ShowerBatch& batch, std::size_t first) {
        const ForgeShowers given = windowed(filled(batch, device_, options_, seed_, first), options_);
        if (given.size() == 0) return;
        const ForgeLikelihood::Values nll = likelihood_(given);
        energies += nll.energies.sum().item<double>();
        cells += nll.cells.sum().item<double>();
        showers += static_cast<double>(given.size());
    };
    communicator_.busy([&] {
        const train::AveragedWeights::InUse in_use(average_);
        const comm::Share mine = comm::share_of(set.size(), communicator_);
        set.for_each_batch(mine.first, mine.last, batch_, look);
    });
    std::vector<double> sums{energies, cells, showers};
    communicator_.sum(sums);
    energies = sums[0];
    cells = sums[1];
    const double n = std::max(sums[2], 1.0);
    return {static_cast<std::uint64_t>(sums[2]), likelihood_measures(energies / n, cells / n)};
}

void ForgeTrainer::store_model(network::WeightsFile& file) {
    {
        const train::AveragedWeights::InUse in_use(average_);
        network_.store("generator", file);
    }
    file.document["networks"]["generator"] = spec_.json();
    if (!started_from_.is_null()) file.document["training"]["started_from"] = started_from_;
}

void ForgeTrainer::store(network::WeightsFile& file) {
    network_.store(raw_role, file);
    file.document["networks"].erase(raw_role);
    store_model(file);
    train::store_optimiser(optimiser_key, network_, optimiser_, file);
    file.document["training"]["first_loss"] = first_loss_;
}

void ForgeTrainer::load_average(const network::WeightsFile& file) {
    // The likelihood has the generator's tensors; its own description is not in the file.
    network::WeightsFile as_forced = file;
    as_forced.document["networks"]["generator"] = likelihood_.spec().json();
    network_.load("generator", as_forced);
    average_.restart();
}

void ForgeTrainer::start_from(const network::WeightsFile& file) {
    // Constants of the description (mean response, MIP) may differ, tensors may not.
    const network::NetworkSpec given = file.network("generator");
    if (given.outputs != spec_.outputs || given.inputs != spec_.inputs ||
        tensors_of(given) != tensors_of(spec_)) {
        throw core::InputError(fmt::format(
            "training.start_from: `{}` is no forge with these widths, cells and inputs. `caloforge "
            "inspect` shows its configuration.",
            settings_.start_from));
    }
    load_average(file);
    started_from_ = {{"name", file.document.value("name", "")}, {"file", settings_.start_from}};
    for (const char* key : {"state", "physics", "data_fingerprint", "showers", "started_from"}) {
        const auto where = core::Json::json_pointer(std::string("/training/") + key);
        if (file.document.contains(where)) started_from_[key] = file.document[where];
    }
}

void ForgeTrainer::load(const network::WeightsFile& file) {
    started_from_ = file.document.value(core::Json::json_pointer("/training/started_from"), core::Json());
    const std::string start = started_from_.is_null() ? "" : started_from_.value("file", "");
    if (!settings_.start_from.empty() && settings_.start_from != start) {
        throw core::InputError(fmt::format(
            "cannot resume: the training began with {}, training.start_from names `{}`. Leave it out?",
            start.empty() ? "random weights" : "`" + start + "`", settings_.start_from));
    }
    if (!(file.network("generator") == spec_)) {
        throw core::InputError(
            fmt::format("the checkpoint's network is another than this configuration's `{}`.", spec_.name));
    }
    load_average(file);
    network::WeightsFile as_forced = file;
    as_forced.document["networks"][raw_role] = likelihood_.spec().json();
    network_.load(raw_role, as_forced);
    train::load_optimiser(optimiser_key, network_, optimiser_, file);
    first_loss_ = file.document.value(core::Json::json_pointer("/training/first_loss"), 0.0);
}

}  // namespace caloforge::family::forge
