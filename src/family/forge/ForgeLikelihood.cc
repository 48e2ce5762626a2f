#include "family/forge/ForgeLikelihood.hh"

#include <algorithm>
#include <cmath>
#include <map>

#include "family/forge/ForgeTruth.hh"
#include "model/Sample.hh"
#include "network/NetworkPlan.hh"

namespace caloforge::family::forge {
namespace {

using torch::Tensor;

std::shared_ptr<model::Network> placed(const network::NetworkSpec& spec, torch::Device device) {
    auto network = std::make_shared<model::Network>(spec);
    network->to(device);
    return network;
}

}  // namespace

ForgeLikelihood::ForgeLikelihood(const network::ForgeOptions& options, const network::NetworkSpec& generator,
                                 torch::Device device, std::uint64_t seed)
    : options_(options), forced_(network::teacher_forced(generator)), network_(placed(forced_.spec, device)) {
    network_->initialise(seed);
    const auto drawn = network::forge_samples(options);  // the same, in the same order
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        const auto& sample = forced_.samples[i];
        samples_.push_back({sample.layer.name, sample.parameters, network::sample_rule(sample.layer),
                            drawn[i].kind == network::ForgeSample::Kind::cells, drawn[i].z});
    }
}

void ForgeLikelihood::start_at(const ForgeShowers* given, comm::Communicator& communicator) {
    const torch::NoGradGuard no_grad;
    model::TensorMap truth;
    if (given != nullptr) truth = forge_truth(options_, *given).drawn;
    struct Seen {
        double all = 0, hits = 0, sum = 0, squares = 0;
        const network::SampleRule* rule = nullptr;
    };
    std::map<std::string, Seen> by_owner;
    std::map<std::string, const network::Layer*> layers;
    for (const auto& layer : forced_.spec.layers) layers[layer.name] = &layer;
    for (const Sample& sample : samples_) {
        // Ratios have theirs from this layer and from what is expected besides.
        const auto maker = layers.find(sample.name + "_parameters");
        const network::Layer& made_by =
            *(maker != layers.end() ? maker->second : layers.at(sample.parameters));
        Seen& seen = by_owner[network::tensor_owner(made_by)];
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
    communicator.sum(all);
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
}

ForgeLikelihood::Values ForgeLikelihood::operator()(const ForgeShowers& given,
                                                    std::span<const double> weights) {
    const auto [truth, blur_entropy] = forge_truth(options_, given);
    model::TensorMap inputs = truth;
    inputs.insert(given.conditions.begin(), given.conditions.end());
    const auto weight = [&](const Sample& sample) {
        return sample.of_cells && !weights.empty() ? weights[sample.z] : 1.0;
    };
    std::vector<std::string> wanted;
    for (const Sample& sample : samples_) {
        if (weight(sample) > 0) wanted.push_back(sample.parameters);
    }
    const model::TensorMap outputs = network_->forward(std::move(inputs), {}, wanted);
    Values out{-blur_entropy, torch::zeros_like(blur_entropy)};
    for (const Sample& sample : samples_) {
        if (!(weight(sample) > 0)) continue;
        Tensor& sum = sample.of_cells ? out.cells : out.energies;
        sum = sum - weight(sample) * model::sample_log_likelihood(sample.rule, outputs.at(sample.parameters),
                                                                  truth.at(sample.name));
    }
    return out;
}

}  // namespace caloforge::family::forge
