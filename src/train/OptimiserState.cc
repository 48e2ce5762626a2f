#include "train/OptimiserState.hh"

#include <fmt/format.h>

#include <cstring>

#include "core/Error.hh"

namespace caloforge::train {

using State = torch::optim::RMSpropParamState;

void store_optimiser(const std::string& prefix, const model::Network& network,
                     torch::optim::RMSprop& optimiser, network::WeightsFile& file) {
    std::int64_t steps = 0;
    for (const auto& item : network.named_parameters()) {
        const auto found = optimiser.state().find(item.value().unsafeGetTensorImpl());
        if (found == optimiser.state().end()) continue;
        const auto& state = static_cast<const State&>(*found->second);
        steps = state.step();
        const torch::Tensor dense = state.square_avg().to(torch::kCPU).contiguous();
        const auto* bytes = reinterpret_cast<const std::byte*>(dense.const_data_ptr<float>());
        file.tensors[prefix + "." + item.key()] = {
            "F32", dense.sizes().vec(), {bytes, bytes + dense.nbytes()}};
    }
    file.document["optimisers"][prefix] = steps;
}

void load_optimiser(const std::string& prefix, const model::Network& network,
                    torch::optim::RMSprop& optimiser, const network::WeightsFile& file) {
    const auto steps =
        file.document.value(core::Json::json_pointer("/optimisers/" + prefix), std::int64_t{0});
    if (steps == 0) return;
    for (const auto& item : network.named_parameters()) {
        const std::string name = prefix + "." + item.key();
        const auto stored = file.tensors.find(name);
        if (stored == file.tensors.end() || stored->second.shape != item.value().sizes().vec() ||
            stored->second.type != "F32") {
            throw core::InputError(
                fmt::format("the optimiser's tensor `{}` is missing or of another shape. Was the checkpoint "
                            "written by another version?",
                            name));
        }
        torch::Tensor value = torch::empty(stored->second.shape);
        std::memcpy(value.data_ptr<float>(), stored->second.bytes.data(), stored->second.bytes.size());
        auto state = std::make_unique<State>();
        state->step(steps);
        // The layout of the parameter, so that a resumed step computes in the same order as an uninterrupted
        // one.
        state->square_avg(torch::empty_like(item.value()).copy_(value).detach());
        optimiser.state()[item.value().unsafeGetTensorImpl()] = std::move(state);
    }
}

}  // namespace caloforge::train
