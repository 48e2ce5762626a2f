#include <algorithm>
#include <cmath>
#include <map>

#include "family/forge/ForgeLikelihood.hh"
#include "family/forge/ForgeTruth.hh"
#include "network/ForgeTree.hh"
#include "network/ForgeWriter.hh"

namespace caloforge::family::forge {
namespace {

using Kind = network::ForgeSample::Kind;
using torch::Tensor;

constexpr double small_start = 0.3;  ///< of the weights that make parameters
/// A logistic variable of the sample layer's form has this width.
constexpr double logistic_width = 1.4;

/// Mean and standard deviation of `count` numbers.
std::pair<double, double> spread(double count, double sum, double squares, double least) {
    const double mean = count > 0 ? sum / count : 0;
    const double variance = count > 1 ? std::max(squares / count - mean * mean, least * least) : 1;
    return {mean, std::sqrt(variance)};
}

/// What the splits of a level have in common in some showers, a number for each split.
struct SplitSums {
    enum Row {
        first_empty,
        other_empty,
        both,
        logit,
        logit_square,
        all,
        difference,
        difference_square,
        rows
    };
    Tensor sums;  ///< (rows, splits), float64
    double at(Row row, std::int64_t split) const { return sums[row][split].item<double>(); }
};

/// `layers` (N, Z), MIP.
SplitSums sums_of(const Tensor& layers, const std::vector<network::ForgeSplit>& splits) {
    const Sides sides = sides_of(layers, splits);
    const Tensor has_first = sides.first > 0, has_other = sides.other > 0;
    const Tensor some = has_first.logical_and(has_other);
    const Tensor logit = torch::where(some, torch::log(torch::where(some, sides.first / sides.other, 1)), 0);
    // As the network sees energies.
    const Tensor difference = 0.5 * (torch::log1p(5 * sides.first) - torch::log1p(5 * sides.other));
    const auto row = [](const Tensor& values) { return values.to(torch::kFloat64).sum(0); };
    return {torch::stack({row(has_other.logical_and(has_first.logical_not())),
                          row(has_first.logical_and(has_other.logical_not())), row(some), row(logit),
                          row(logit.square()), row(torch::ones_like(logit)), row(difference),
                          row(difference.square())})
                .to(torch::kCPU)};
}

}  // namespace

void ForgeLikelihood::start_splits_at(const ForgeShowers* given, comm::Communicator& communicator) {
    Tensor layers;
    if (given != nullptr) layers = given->layers / options_.mip;
    const auto levels = network::forge_levels(options_.nz);
    for (std::size_t k = 0; k < levels.size(); ++k) {
        const auto n = static_cast<std::int64_t>(levels[k].size());
        SplitSums seen{torch::zeros({SplitSums::rows, n}, torch::kFloat64)};
        if (given != nullptr) seen = sums_of(layers, levels[k]);
        std::vector<double> numbers(seen.sums.data_ptr<double>(),
                                    seen.sums.data_ptr<double>() + seen.sums.numel());
        communicator.sum(numbers);
        std::copy(numbers.begin(), numbers.end(), seen.sums.data_ptr<double>());
        const auto tensor = [&](const char* part, const char* role) {
            const std::string name = "split_" + std::string(part) + "_" + std::to_string(k) + "/" + role;
            Tensor* found = network_->named_parameters().find(name);
            return found ? *found : network_->named_buffers()[name];
        };
        tensor("out", "weight").mul_(small_start);
        tensor("usual", "weight").mul_(small_start);
        Tensor usual = tensor("usual", "bias").view({network::forge_split_parameters, n});
        for (std::int64_t i = 0; i < n; ++i) {
            using Row = SplitSums::Row;
            const double both = seen.at(Row::both, i) + 1;
            usual[0][i] = std::log((seen.at(Row::first_empty, i) + 1) / both);
            usual[1][i] = std::log((seen.at(Row::other_empty, i) + 1) / both);
            const auto [location, width] =
                spread(seen.at(Row::both, i), seen.at(Row::logit, i), seen.at(Row::logit_square, i), 0.01);
            usual[2][i] = location;
            usual.slice(0, 3).select(1, i).fill_(std::log(width / logistic_width));
            if (k + 1 == levels.size()) continue;  // nothing comes after it
            const auto [mean, deviation] = spread(seen.at(Row::all, i), seen.at(Row::difference, i),
                                                  seen.at(Row::difference_square, i), 0.02);
            tensor("mean", "bias")[i] = -mean;
            tensor("feature", "variance")[i] = deviation * deviation;
        }
    }
}

void ForgeLikelihood::start_at(const ForgeShowers* given, comm::Communicator& communicator) {
    const torch::NoGradGuard no_grad;
    start_splits_at(given, communicator);
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
        if (!sample.rule || sample.kind == Kind::ratio) continue;
        // Parameters may be reshaped behind the layer that makes them.
        const network::Layer* maker = layers.at(sample.parameters);
        while (maker->type == "reshape") maker = layers.at(maker->inputs[0]);
        Seen& seen = by_owner[network::tensor_owner(*maker)];
        seen.rule = &*sample.rule;
        if (!truth.contains(sample.name)) continue;
        Tensor values = truth.at(sample.name);
        if (sample.kind == Kind::cluster_energy) {
            const Tensor present = given->clusters.at("cluster_present") > 0;
            values = values.masked_select(values.dim() > present.dim() ? present.unsqueeze(1) : present);
        }
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
    for (auto& item : network_->named_parameters()) {
        const std::string key = item.key();
        const auto owner = by_owner.find(key.substr(0, key.find('/')));
        if (owner == by_owner.end()) continue;
        const Seen& seen = owner->second;
        if (!key.ends_with("/bias")) {
            item.value().mul_(small_start);
            continue;
        }
        const double share = std::clamp(seen.all > 0 ? seen.hits / seen.all : 0.5, 1e-3, 1 - 1e-3);
        const auto [mean, width] = spread(seen.hits, seen.sum, seen.squares, 0.01);
        // Some layers make the parameters of several numbers.
        Tensor bias = item.value().view({static_cast<std::int64_t>(seen.rule->parameters()), -1});
        bias.fill_(std::log(width / logistic_width));
        if (seen.rule->zeros) bias[0].fill_(std::log(share / (1 - share)));
        bias[static_cast<std::int64_t>(seen.rule->location())].fill_(mean);
    }
}

}  // namespace caloforge::family::forge
