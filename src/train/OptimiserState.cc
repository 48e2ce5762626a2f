#include "train/OptimiserState.hh"

#include <fmt/format.h>

#include <cstring>

#include "core/Error.hh"

namespace caloforge::train {
namespace {

using Rms = torch::optim::RMSpropParamState;
using Adam = torch::optim::AdamWParamState;
using torch::Tensor;

// Calls visit(name in the file, tensor of the state) for each running mean of one parameter.
template <class Visit>
void each_mean(const std::string& prefix, const std::string& parameter, Rms& state, Visit&& visit) {
    Tensor squares = state.square_avg();
    visit(prefix + "." + parameter, squares);
    state.square_avg(squares);
}
template <class Visit>
void each_mean(const std::string& prefix, const std::string& parameter, Adam& state, Visit&& visit) {
    Tensor mean = state.exp_avg(), squares = state.exp_avg_sq();
    visit(prefix + ".mean." + parameter, mean);
    visit(prefix + "." + parameter, squares);
    state.exp_avg(mean);
    state.exp_avg_sq(squares);
}

template <class State, class Optimiser>
void store(const std::string& prefix, const model::Network& network, Optimiser& optimiser,
           network::WeightsFile& file) {
    std::int64_t steps = 0;
    for (const auto& item : network.named_parameters()) {
        const auto found = optimiser.state().find(item.value().unsafeGetTensorImpl());
        if (found == optimiser.state().end()) continue;
        auto& state = static_cast<State&>(*found->second);
        steps = state.step();
        each_mean(prefix, item.key(), state, [&](const std::string& name, Tensor& mean) {
            const Tensor dense = mean.to(torch::kCPU).contiguous();
            const auto* bytes = reinterpret_cast<const std::byte*>(dense.const_data_ptr<float>());
            file.tensors[name] = {"F32", dense.sizes().vec(), {bytes, bytes + dense.nbytes()}};
        });
    }
    file.document["optimisers"][prefix] = steps;
}

template <class State, class Optimiser>
void load(const std::string& prefix, const model::Network& network, Optimiser& optimiser,
          const network::WeightsFile& file) {
    const auto steps =
        file.document.value(core::Json::json_pointer("/optimisers/" + prefix), std::int64_t{0});
    if (steps == 0) return;
    for (const auto& item : network.named_parameters()) {
        auto state = std::make_unique<State>();
        state->step(steps);
        each_mean(prefix, item.key(), *state, [&](const std::string& name, Tensor& mean) {
            const auto stored = file.tensors.find(name);
            if (stored == file.tensors.end() || stored->second.shape != item.value().sizes().vec() ||
                stored->second.type != "F32") {
                throw core::InputError(
                    fmt::format("the optimiser's tensor `{}` is missing or of another shape. Was the "
                                "checkpoint written by another version?",
                                name));
            }
            Tensor value = torch::empty(stored->second.shape);
            std::memcpy(value.data_ptr<float>(), stored->second.bytes.data(), stored->second.bytes.size());
            // The layout of the parameter, so that a resumed step computes in the same order as an
            // uninterrupted one.
            mean = torch::empty_like(item.value()).copy_(value).detach();
        });
        optimiser.state()[item.value().unsafeGetTensorImpl()] = std::move(state);
    }
}

}  // namespace

void store_optimiser(const std::string& prefix, const model::Network& network,
                     torch::optim::RMSprop& optimiser, network::WeightsFile& file) {
    store<Rms>(prefix, network, optimiser, file);
}
void store_optimiser(const std::string& prefix, const model::Network& network, torch::optim::AdamW& optimiser,
                     network::WeightsFile& file) {
    store<Adam>(prefix, network, optimiser, file);
}
void load_optimiser(const std::string& prefix, const model::Network& network,
                    torch::optim::RMSprop& optimiser, const network::WeightsFile& file) {
    load<Rms>(prefix, network, optimiser, file);
}
void load_optimiser(const std::string& prefix, const model::Network& network, torch::optim::AdamW& optimiser,
                    const network::WeightsFile& file) {
    load<Adam>(prefix, network, optimiser, file);
}

}  // namespace caloforge::train
