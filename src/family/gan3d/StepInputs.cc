#include "family/gan3d/StepInputs.hh"

#include "train/BatchTensors.hh"
#include "train/Symmetry.hh"

namespace caloforge::family::gan3d {

using torch::Tensor;

void StepInputs::put(const Tensor& from, Tensor& to) const {
    if (!to.defined() || to.sizes() != from.sizes())
        to = from.to(device_, from.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
    else
        to.copy_(from);
}

void StepInputs::put_turned(const Tensor& from, const std::vector<std::uint64_t>& samples) {
    put(from, uploaded_);
    if (!showers_.defined() || showers_.sizes() != uploaded_.sizes()) showers_ = torch::empty_like(uploaded_);
    // The network takes cells of equal axes alone.
    const auto rows = train::drawn_symmetries(inputs_.seed(), samples, true);
    for (int symmetry = 0; symmetry < train::symmetries; ++symmetry) {
        const auto& mine = rows[static_cast<std::size_t>(symmetry)];
        if (mine.empty()) continue;
        const Tensor index = torch::tensor(mine).to(device_);
        Tensor part = uploaded_.index_select(0, index);
        std::map<std::string, Tensor> untold;
        train::turn(symmetry, part, untold);
        showers_.index_copy_(0, index, part);
    }
}

void StepInputs::draw(std::size_t showers, std::uint64_t step, const network::NetworkSpec& generator) {
    if (drawn_.showers == showers && drawn_.step == step) return;
    drawn_ = {showers, step, {}, {}};
    for (std::uint64_t p = 0; p < inputs_.passes(); ++p) {
        drawn_.samples.push_back(inputs_.samples(step, p, showers));
        drawn_.passes.push_back(inputs_.draw(p, drawn_.samples.back(), generator));
    }
}

void StepInputs::fill(const data::ShowerBatch& batch, std::uint64_t step,
                      const network::NetworkSpec& generator) {
    const torch::NoGradGuard no_grad;
    const train::BatchTensors given(batch);
    draw(batch.size(), step, generator);
    passes_.resize(inputs_.passes());
    for (std::uint64_t p = 0; p < inputs_.passes(); ++p) {
        Pass& pass = passes_[p];
        const PassDraws& drawn = drawn_.passes[p];
        pass.samples = drawn_.samples[p];
        put(p == 0 ? given.energy().to(drawn.labels.scalar_type()) : drawn.incident, pass.incident);
        put(drawn.labels, pass.labels);
        for (const auto& [name, noise] : drawn.noise) put(noise, pass.noise[name]);
    }
    const Tensor showers = given.showers.to(passes_[0].labels.scalar_type());
    if (augment_)
        put_turned(showers, passes_[0].samples);
    else
        put(showers, showers_);
}

}  // namespace caloforge::family::gan3d
