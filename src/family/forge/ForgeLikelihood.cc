#include "family/forge/ForgeLikelihood.hh"

#include <utility>

#include "family/forge/ForgeTruth.hh"
#include "model/Sample.hh"
#include "network/NetworkPlan.hh"

namespace caloforge::family::forge {
namespace {

using Kind = network::ForgeSample::Kind;
using torch::Tensor;

/// Of the elements of clusters that there are: the logarithm of the density of each row's, (N). `parameters`
/// (N, P, ..., clusters), `values` (N, 1, ..., clusters), `present` (N, 1, clusters).
Tensor cluster_log_likelihood(const network::SampleRule& rule, const Tensor& parameters, const Tensor& values,
                              const Tensor& present) {
    const Tensor index = torch::nonzero(present.squeeze(1));  // (clusters of all, 2)
    const Tensor row = index.select(1, 0), slot = index.select(1, 1);
    const auto taken = [&](const Tensor& of) { return of.movedim(-1, 1).index({row, slot}); };
    const Tensor each = model::sample_log_likelihood(rule, taken(parameters), taken(values));
    return torch::zeros({values.size(0)}, each.options()).index_add(0, row, each);
}

const Tensor& clusters_present(const ForgeShowers& given) {
    return given.clusters.at("cluster_present");
}

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
        std::optional<network::SampleRule> rule;
        if (sample.layer.type == "sample") rule = network::sample_rule(sample.layer);
        samples_.push_back(
            {sample.layer.name, sample.parameters, std::move(rule), drawn[i].kind, drawn[i].z});
    }
}

ForgeLikelihood::Values ForgeLikelihood::operator()(const ForgeShowers& given,
                                                    std::span<const double> weights) {
    const auto [truth, divided, blur_entropy] = forge_truth(options_, given);
    model::TensorMap inputs = truth;
    inputs.insert(given.conditions.begin(), given.conditions.end());
    const auto weight = [&](const Sample& sample) {
        return sample.kind == Kind::cells && !weights.empty() ? weights[sample.z] : 1.0;
    };
    std::vector<std::string> wanted;
    for (const Sample& sample : samples_) {
        if (weight(sample) > 0) wanted.push_back(sample.parameters);
    }
    const model::TensorMap outputs = network_->forward(std::move(inputs), {}, wanted);
    Values out{-blur_entropy, torch::zeros_like(blur_entropy)};
    for (const Sample& sample : samples_) {
        if (!(weight(sample) > 0)) continue;
        const Tensor &parameters = outputs.at(sample.parameters), &values = truth.at(sample.name);
        if (sample.kind == Kind::outcome) {
            const Tensor each = model::choice_log_likelihood(parameters, values) * divided[sample.z];
            out.energies = out.energies - each.flatten(1).sum(1);
            continue;
        }
        if (sample.kind == Kind::cluster_choice) {
            Tensor each = model::choice_log_likelihood(parameters, values);
            if (sample.name != "cluster_count") each = each * clusters_present(given);
            out.cells = out.cells - each.flatten(1).sum(1);
            continue;
        }
        if (sample.kind == Kind::cluster_energy) {
            out.cells =
                out.cells - cluster_log_likelihood(*sample.rule, parameters, values, clusters_present(given));
            continue;
        }
        Tensor& sum = sample.kind == Kind::cells ? out.cells : out.energies;
        sum = sum - weight(sample) * model::sample_log_likelihood(*sample.rule, parameters, values);
    }
    return out;
}

}  // namespace caloforge::family::forge
