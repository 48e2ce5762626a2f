#include "train/ForgeTrainer.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>

#include "core/Error.hh"
#include "core/Random.hh"
#include "model/Device.hh"
#include "model/Sample.hh"
#include "network/NetworkPlan.hh"
#include "train/BatchTensors.hh"
#include "train/ForgeTruth.hh"
#include "train/OptimiserState.hh"

namespace caloforge::train {
namespace {

using torch::Tensor;

constexpr std::uint32_t symmetry_stream = core::first_training_stream + 0x1002;
constexpr const char* optimiser_key = "optimiser.generator";
constexpr const char* raw_role = "raw";  ///< the weights that are trained, beside their average
/// Steps on end above the first loss after which a training has diverged.
constexpr std::uint64_t patience = 50;
/// Share of its first loss that a training that begins with a model may lose: batches differ by some per
/// cent, and what is as good as its first step cannot be expected to get below it for long.
constexpr double start_margin = 0.1;

torch::optim::AdamWOptions optimiser_options(const TrainConfig& config) {
    return torch::optim::AdamWOptions(config.learning_rate)
        .betas({config.beta1, config.beta2})
        .weight_decay(config.weight_decay);
}

std::shared_ptr<model::Network> placed(const network::NetworkSpec& spec, torch::Device device) {
    auto network = std::make_shared<model::Network>(spec);
    network->to(device);
    return network;
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

network::ForgeOptions forge_options(const TrainConfig& config, const geometry::Detector& detector,
                                    const data::Normalisation& normalisation, const Survey& survey) {
    network::ForgeOptions options = config.forge;
    const auto& grid = detector.grid();
    if (grid.nx < 4 || grid.ny < 4 || grid.nz < 2) {
        throw core::InputError(fmt::format(
            "the network forge needs 4 x 4 x 2 cells or more (the detector `{}` has {} x {} x {}).",
            detector.name(), grid.nx, grid.ny, grid.nz));
    }
    options.nx = grid.nx;
    options.ny = grid.ny;
    options.nz = grid.nz;
    options.cell_x = grid.cell_x;
    options.cell_y = grid.cell_y;
    options.mip = detector.mip();
    options.response = normalisation.sampling_fraction;
    options.impact = survey.impact;
    options.pivot = static_cast<std::size_t>(
        std::max_element(survey.layer_sums.begin(), survey.layer_sums.end()) - survey.layer_sums.begin());
    return options;
}

ForgeTrainer::ForgeTrainer(const TrainConfig& config, const network::ForgeOptions& options,
                           const Survey& survey, std::uint64_t steps, comm::Communicator& communicator)
    : config_(config),
      communicator_(communicator),
      options_(options),
      survey_(survey),
      steps_(std::max<std::uint64_t>(steps, 1)),
      spec_(network::forge_generator(options)),
      forced_(network::teacher_forced(spec_)),
      device_(model::find_device(config.device)),
      network_(placed(forced_.spec, device_)),
      optimiser_(network_->parameters(), optimiser_options(config)),
      gradients_(communicator, network_->parameters()) {
    network_->initialise(config.seed);
    const auto drawn = network::forge_samples(options);  // the same, in the same order
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        const auto& sample = forced_.samples[i];
        samples_.push_back({sample.layer.name, sample.parameters, network::sample_rule(sample.layer),
                            drawn[i].kind == network::ForgeSample::Kind::cells});
    }
    for (const Tensor& parameter : network_->parameters()) average_.push_back(parameter.detach().clone());
}

core::Json ForgeTrainer::conditions() const {
    if (!options_.impact) return core::Json::object();
    return {{"impact", {{"unit", "mm"}, {"half_x", survey_.half_x}, {"half_y", survey_.half_y}}}};
}

/// Distributions start at what the first batch shows: share of zeros, mean and width of the logarithm. From
/// elsewhere some do not find their way: a location far off is as well reached by a gap in the distribution.
void ForgeTrainer::start_biases(const model::TensorMap& truth) {
    const torch::NoGradGuard no_grad;
    struct Seen {
        double all = 0, hits = 0, sum = 0, squares = 0;
        const network::SampleRule* rule = nullptr;
    };
    std::map<std::string, Seen> by_owner;
    std::map<std::string, const network::Layer*> layers;
    for (const auto& layer : forced_.spec.layers) layers[layer.name] = &layer;
    for (const Sample& sample : samples_) {
        Seen& seen = by_owner[network::tensor_owner(*layers.at(sample.parameters))];
        seen.rule = &sample.rule;
        if (!truth.contains(sample.name)) continue;
        const Tensor values = truth.at(sample.name);
        const Tensor logs = torch::log(values.index({values > 0})).to(torch::kFloat64);
        seen.all += static_cast<double>(values.numel());
        seen.hits += static_cast<double>(logs.numel());
        seen.sum += logs.sum().item<double>();
        seen.squares += logs.square().sum().item<double>();
    }
    std::vector<double> all;
    for (const auto& [owner, seen] : by_owner)
        all.insert(all.end(), {seen.all, seen.hits, seen.sum, seen.squares});
    communicator_.sum(all);
    for (auto from = all.begin(); auto& [owner, seen] : by_owner) {
        for (double* member : {&seen.all, &seen.hits, &seen.sum, &seen.squares}) *member = *from++;
    }
    constexpr double small_start = 0.3;  // of the weights that make parameters
    for (auto& item : network_->named_parameters()) {
        const std::string key = item.key();
        const auto owner = by_owner.find(key.substr(0, key.find('/')));
        if (owner == by_owner.end()) continue;
        const Seen& seen = owner->second;
        if (!key.ends_with("/bias")) {
            item.value().mul_(small_start);
            continue;
        }
        const double share = std::clamp(seen.hits / seen.all, 1e-3, 1 - 1e-3);
        const double mean = seen.hits > 0 ? seen.sum / seen.hits : 0;
        const double width =
            seen.hits > 1 ? std::sqrt(std::max(seen.squares / seen.hits - mean * mean, 1e-4)) : 1;
        // A logistic variable of the sample layer's form has a width of 1.4.
        item.value().fill_(std::log(width / 1.4));
        if (seen.rule->zeros) item.value()[0] = std::log(share / (1 - share));
        item.value()[static_cast<std::int64_t>(seen.rule->location())] = mean;
    }
    std::size_t i = 0;
    for (const Tensor& parameter : network_->parameters()) average_[i++].copy_(parameter);
}

ForgeTrainer::Likelihoods ForgeTrainer::likelihoods(const Tensor& showers, const Tensor& incident,
                                                    const Tensor& impact) {
    model::TensorMap truth = forge_truth(options_, showers, incident);
    model::TensorMap inputs = truth;
    inputs["energy"] = incident;
    if (options_.impact) inputs["impact"] = impact;
    const model::TensorMap outputs = network_->forward(std::move(inputs), {});
    Likelihoods out{torch::zeros({incident.size(0)}, incident.options()),
                    torch::zeros({incident.size(0)}, incident.options())};
    for (const Sample& sample : samples_) {
        Tensor& sum = sample.of_cells ? out.cells : out.energies;
        sum = sum -
              model::sample_log_likelihood(sample.rule, outputs.at(sample.parameters), truth.at(sample.name));
    }
    return out;
}

double ForgeTrainer::learning_rate(std::uint64_t step) const {
    const double done = std::min(1.0, static_cast<double>(step) / static_cast<double>(steps_));
    const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * done));
    return config_.rate(step) * (config_.final_rate + (1 - config_.final_rate) * cosine);
}

void ForgeTrainer::update_average(std::uint64_t step) {
    const torch::NoGradGuard no_grad;
    // Young averages forget faster: the first weights are far from all later ones.
    const double n = static_cast<double>(step);
    const double keep = std::min(config_.average, (n + 1) / (n + 10));
    std::size_t i = 0;
    for (const Tensor& parameter : network_->parameters())
        average_[i++].mul_(keep).add_(parameter.detach(), 1 - keep);
}

std::string ForgeTrainer::trouble(double loss, std::uint64_t step) {
    if (!std::isfinite(loss)) return fmt::format("the loss is not finite at step {}", step + 1);
    if (first_loss_ == 0) first_loss_ = started_ ? loss + start_margin * std::abs(loss) : loss;
    worse_steps_ = loss > first_loss_ ? worse_steps_ + 1 : 0;
    if (worse_steps_ >= patience)
        return fmt::format("the loss has been above that of the first step{} for {} steps at step {}",
                           started_ ? " by a tenth" : "", patience, step + 1);
    return "";
}

ForgeTrainer::Showers ForgeTrainer::filled(const data::ShowerBatch& batch) const {
    const BatchTensors given(batch);
    const Tensor rows = torch::nonzero(given.showers.sum({1, 2, 3, 4}) > 0).squeeze(1);
    Showers out{given.showers.index_select(0, rows).to(device_),
                given.incident.index_select(0, rows).to(device_), Tensor(), rows};
    if (options_.impact) out.impact = given.impact.index_select(0, rows).to(device_);
    return out;
}

ForgeTrainer::Showers ForgeTrainer::augmented(const Showers& given, std::size_t share,
                                              std::uint64_t step) const {
    // Equal axes may be exchanged.
    const bool square = options_.nx == options_.ny && options_.cell_x == options_.cell_y;
    std::array<std::vector<std::int64_t>, 8> rows;  // of every symmetry
    for (std::int64_t j = 0; j < given.incident.size(0); ++j) {
        const auto row = static_cast<std::uint64_t>(given.rows[j].item<std::int64_t>());
        const std::uint64_t sample = (step * communicator_.ranks() + communicator_.rank()) * share + row;
        const double u = core::RandomStream(config_.seed, sample, symmetry_stream).uniform_at(0);
        rows[static_cast<std::size_t>(u * (square ? 8 : 4))].push_back(j);
    }
    // The order within a batch does not matter.
    std::vector<Tensor> showers, incident, impact;
    for (int symmetry = 0; symmetry < 8; ++symmetry) {
        if (rows[static_cast<std::size_t>(symmetry)].empty()) continue;
        const Tensor index = torch::tensor(rows[static_cast<std::size_t>(symmetry)]).to(device_);
        Tensor part = given.showers.index_select(0, index);
        Tensor points = given.impact.defined() ? given.impact.index_select(0, index) : Tensor();
        turn(symmetry, part, points);
        showers.push_back(part);
        incident.push_back(given.incident.index_select(0, index));
        if (points.defined()) impact.push_back(points);
    }
    return {torch::cat(showers), torch::cat(incident), impact.empty() ? Tensor() : torch::cat(impact),
            Tensor()};
}

StepOutcome ForgeTrainer::step(const data::ShowerBatch& batch, std::uint64_t step) {
    Showers given = filled(batch);
    const bool any = given.incident.size(0) > 0;
    std::vector<double> sums{static_cast<double>(given.incident.size(0)), 0, 0};
    communicator_.sum(sums);
    const double count = sums[0];
    if (count == 0) return {{{"nll", nullptr}}, "only empty showers", ""};
    if (config_.augment && any) given = augmented(given, batch.size(), step);
    const auto& [showers, incident, impact, rows] = given;
    if (first_loss_ == 0 && !started_)
        start_biases(any ? forge_truth(options_, showers, incident) : model::TensorMap());

    const double rate = learning_rate(step);
    static_cast<torch::optim::AdamWOptions&>(optimiser_.param_groups()[0].options()).lr(rate);
    optimiser_.zero_grad();
    // A rank that has but empty showers waits for the others' gradients.
    Tensor loss;
    sums = {0, 0};
    if (any) {
        const Likelihoods nll = likelihoods(showers, incident, impact);
        sums = {nll.energies.sum().item<double>(), nll.cells.sum().item<double>()};
        // GradientSum takes the mean over ranks.
        loss = (nll.energies + nll.cells).sum() * (static_cast<double>(communicator_.ranks()) / count);
    }
    communicator_.sum(sums);
    const double energies = sums[0] / count, cells = sums[1] / count, value = energies + cells;
    std::string why = trouble(value, step);
    double norm = 0;
    if (why.empty()) {
        if (any) loss.backward();
        gradients_.finish();
        norm = torch::nn::utils::clip_grad_norm_(network_->parameters(), config_.clip);
        if (!std::isfinite(norm))
            why = fmt::format("the gradient is not finite at step {}", step + 1);
        else
            optimiser_.step();
        update_average(step);
    }
    return {{{"nll", value},
             {"nll_energies", energies},
             {"nll_cells", cells},
             {"learning_rate", rate},
             {"gradient_norm", norm}},
            fmt::format("-ln p: energies {:.2f}  cells {:.1f}  rate {:.1e}", energies, cells, rate),
            why};
}

void ForgeTrainer::exchange_average() {
    const torch::NoGradGuard no_grad;
    std::size_t i = 0;
    for (Tensor& parameter : network_->parameters()) {
        const Tensor trained = parameter.detach().clone();
        parameter.copy_(average_[i]);
        average_[i++].copy_(trained);
    }
}

core::Json ForgeTrainer::held_out(const data::ShowerSet& set) {
    const torch::NoGradGuard no_grad;
    double energies = 0, cells = 0, showers = 0;
    exchange_average();
    std::size_t number = 0;
    const auto look = [&](const data::ShowerBatch& batch, std::size_t) {
        if (number++ % communicator_.ranks() != communicator_.rank()) return;
        const Showers given = filled(batch);
        if (given.incident.size(0) == 0) return;
        const Likelihoods nll = likelihoods(given.showers, given.incident, given.impact);
        energies += nll.energies.sum().item<double>();
        cells += nll.cells.sum().item<double>();
        showers += static_cast<double>(given.incident.size(0));
    };
    communicator_.busy([&] { set.for_each_batch(config_.batch, look); });
    exchange_average();
    std::vector<double> sums{energies, cells, showers};
    communicator_.sum(sums);
    energies = sums[0];
    cells = sums[1];
    const double n = std::max(sums[2], 1.0);
    return {{"nll", (energies + cells) / n},
            {"nll_energies", energies / n},
            {"nll_cells", cells / n},
            {"showers", static_cast<std::int64_t>(sums[2])}};
}

void ForgeTrainer::store_model(network::WeightsFile& file) {
    exchange_average();
    network_->store("generator", file);
    exchange_average();
    file.document["networks"]["generator"] = spec_.json();
}

void ForgeTrainer::store(network::WeightsFile& file) {
    network_->store(raw_role, file);
    file.document["networks"].erase(raw_role);
    store_model(file);
    store_optimiser(optimiser_key, *network_, optimiser_, file);
    file.document["training"]["first_loss"] = first_loss_;
}

void ForgeTrainer::load_average(const network::WeightsFile& file) {
    // The likelihood has the generator's tensors; its own description is not in the file.
    network::WeightsFile as_forced = file;
    as_forced.document["networks"]["generator"] = forced_.spec.json();
    network_->load("generator", as_forced);
    std::size_t i = 0;
    for (const Tensor& parameter : network_->parameters()) average_[i++].copy_(parameter.detach());
}

void ForgeTrainer::start_from(const network::WeightsFile& file) {
    // Constants of the description (mean response, MIP) may differ, tensors may not.
    const network::NetworkSpec given = file.network("generator");
    if (given.outputs != spec_.outputs || given.inputs != spec_.inputs ||
        tensors_of(given) != tensors_of(spec_)) {
        throw core::InputError(fmt::format(
            "training.start_from: `{}` is no forge with these widths, cells and inputs. `caloforge "
            "inspect` shows its configuration.",
            config_.start_from));
    }
    load_average(file);
    started_ = true;
}

void ForgeTrainer::load(const network::WeightsFile& file) {
    if (!(file.network("generator") == spec_)) {
        throw core::InputError(
            fmt::format("the checkpoint's network is another than this configuration's `{}`.", spec_.name));
    }
    load_average(file);
    network::WeightsFile as_forced = file;
    as_forced.document["networks"][raw_role] = forced_.spec.json();
    network_->load(raw_role, as_forced);
    load_optimiser(optimiser_key, *network_, optimiser_, file);
    started_ = file.document.contains(core::Json::json_pointer("/training/started_from"));
    first_loss_ = file.document.value(core::Json::json_pointer("/training/first_loss"), 0.0);
}

}  // namespace caloforge::train
