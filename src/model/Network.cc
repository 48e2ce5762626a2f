#include "model/Network.hh"

#include <ATen/autocast_mode.h>
#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <optional>

#include "core/Error.hh"
#include "core/Random.hh"
#include "core/Timeline.hh"
#include "model/Layout.hh"
#include "model/NativeLayers.hh"

namespace caloforge::model {
namespace {

using network::Layer;
using network::Shape;
using torch::Tensor;

/// Module names may not hold dots; the stored names may.
std::string register_name(const std::string& layer, const std::string& role) {
    return layer + "/" + role;
}

/// (1, count): the same for every shower.
Tensor range(const Layer& layer) {
    return torch::tensor(network::range_values(layer)).unsqueeze(0);
}

}  // namespace

Network::Network(network::NetworkSpec spec) : spec_(std::move(spec)), plan_(network::plan_network(spec_)) {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
        const auto& step = plan_.steps[i];
        for (const auto& input : step.layer->inputs) {
            last_use_[input] = i;
            ++uses_[input];
        }
        for (const auto& wanted : step.plan.tensors) {
            const bool ones = wanted.initialiser == "ones";
            const Tensor value = channels_last(ones ? torch::ones(wanted.shape) : torch::zeros(wanted.shape));
            const std::string name = register_name(step.layer->name, wanted.role);
            tensors_[name] =
                wanted.trainable ? register_parameter(name, value) : register_buffer(name, value);
        }
    }
    for (const auto& port : spec_.outputs) {
        last_use_.erase(port.name);
        ++uses_[port.name];
    }
}

Tensor Network::tensor(const Layer& layer, const char* role) const {
    const auto found = tensors_.find(register_name(network::tensor_owner(layer), role));
    return found == tensors_.end() ? Tensor() : found->second;
}

template <class Visit>
void Network::for_each_tensor(Visit&& visit) const {
    for (const auto& step : plan_.steps) {
        for (const auto& wanted : step.plan.tensors)
            visit(*step.layer, wanted, tensor(*step.layer, wanted.role.c_str()));
    }
}

void Network::initialise(std::uint64_t seed) {
    const torch::NoGradGuard no_grad;
    std::uint64_t number = 0;
    for_each_tensor([&](const Layer&, const network::TensorSpec& wanted, Tensor value) {
        const core::RandomStream random(seed, number++, core::weight_stream);
        if (wanted.initialiser == "zeros" || wanted.initialiser == "ones") {
            value.fill_(wanted.initialiser == "ones" ? 1.0 : 0.0);
            return;
        }
        // He et al. 2015: U(-sqrt(6 / fan_in), ...); Glorot and Bengio 2010: the same with (fan_in +
        // fan_out), normal with variance 2 / (fan_in + fan_out).
        Tensor fresh = torch::empty(wanted.shape);
        const std::span<float> data(fresh.data_ptr<float>(), static_cast<std::size_t>(fresh.numel()));
        const auto fans = static_cast<double>(wanted.fan_in + wanted.fan_out);
        if (wanted.initialiser == "glorot_normal") {
            random.normal(data);
            fresh.mul_(std::sqrt(2.0 / fans));
        } else {
            random.uniform(data);
            const double limit = std::sqrt(
                6.0 / (wanted.initialiser == "he_uniform" ? static_cast<double>(wanted.fan_in) : fans));
            fresh.mul_(2 * limit).sub_(limit);
        }
        value.copy_(fresh);
    });
}

void Network::load(const std::string& role, const network::WeightsFile& file) {
    if (!(file.network(role) == spec_)) {
        throw core::InputError(
            fmt::format("the network `{}` in the file is another one than `{}` here.", role, spec_.name));
    }
    const torch::NoGradGuard no_grad;
    for_each_tensor([&](const Layer& layer, const network::TensorSpec& wanted, Tensor value) {
        const auto& stored = file.tensors.at(fmt::format("{}.{}.{}", role, layer.name, wanted.role));
        Tensor fresh = torch::empty(wanted.shape);
        std::memcpy(fresh.data_ptr<float>(), stored.bytes.data(), stored.bytes.size());
        value.copy_(fresh);
    });
}

void Network::store(const std::string& role, network::WeightsFile& file) const {
    for_each_tensor([&](const Layer& layer, const network::TensorSpec& wanted, const Tensor& value) {
        const Tensor dense = value.detach().to(torch::kCPU).contiguous();
        const auto* bytes = reinterpret_cast<const std::byte*>(dense.const_data_ptr<float>());
        file.tensors[fmt::format("{}.{}.{}", role, layer.name, wanted.role)] = {
            "F32", wanted.shape, {bytes, bytes + dense.numel() * static_cast<std::int64_t>(sizeof(float))}};
    });
    file.document["networks"][role] = spec_.json();
}

bool Network::native(const torch::Device& device) const {
    return kernels_ == Kernels::native && device.is_cpu() && !at::autocast::is_autocast_enabled(at::kCPU);
}

TensorMap Network::forward(TensorMap inputs, const ForwardMode& mode) {
    TensorMap values = std::move(inputs);
    const std::int64_t batch = values.empty() ? 1 : values.begin()->second.size(0);
    const torch::Device device = values.empty() ? torch::kCPU : values.begin()->second.device();
    const bool by_native = native(device);
    const FindTensor find = [this](const Layer& layer, const char* role) { return tensor(layer, role); };
    const auto laid_out = [&](const Tensor& x) { return by_native ? x.contiguous() : channels_last(x); };
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
        const Layer& layer = *plan_.steps[i].layer;
        if (layer.type == "random") {
            if (values.count(layer.name) == 0)
                throw std::logic_error("no noise was given for layer " + layer.name);
            continue;
        }
        if (layer.type == "range") {
            values[layer.name] = range(layer).to(device).expand({batch, -1});
            continue;
        }
        std::vector<Tensor> in;
        for (const auto& name : layer.inputs) in.push_back(laid_out(values.at(name)));
        const std::size_t first = i;
        std::optional<core::timeline::Span> span;
        if (core::timeline::on()) span.emplace("", "forward");
        NativeRun native_run;
        if (by_native) native_run = run_native(plan_, i, uses_, find, in[0], mode);
        if (native_run.out.defined()) i += native_run.layers - 1;
        Tensor& out = values[plan_.steps[i].layer->name];
        out = native_run.out.defined() ? native_run.out : run(layer, in, mode);
        if (span) {
            std::string name = spec_.name;
            for (std::size_t l = first; l <= i; ++l)
                name += (l == first ? " " : "+") + plan_.steps[l].layer->name;
            span->rename(name);
            // Its own backward pass begins where its gradient is known.
            if (out.requires_grad())
                out.register_hook([name](const Tensor&) { core::timeline::Chain::next(name); });
        }
        span.reset();
        in.clear();
        for (const auto& name : layer.inputs) {
            const auto last = last_use_.find(name);
            if (last != last_use_.end() && last->second == first) values.erase(name);
        }
    }
    TensorMap out;
    for (const auto& port : spec_.outputs) out[port.name] = at_least_float(values.at(port.name));
    return out;
}

}  // namespace caloforge::model
