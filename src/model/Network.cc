#include "model/Network.hh"

#include <ATen/autocast_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "core/Error.hh"
#include "core/Random.hh"
#include "core/Timeline.hh"
#include "model/Layout.hh"
#include "network/LayerTypes.hh"

namespace caloforge::model {
namespace {

using network::Layer;
using network::Shape;
using torch::Tensor;

/// Module names may not hold dots; the stored names may.
std::string register_name(const std::string& layer, const std::string& role) {
    return layer + "/" + role;
}

}  // namespace

Network::Network(network::NetworkSpec spec) : spec_(std::move(spec)), plan_(network::plan_network(spec_)) {
    for (const auto& step : plan_.steps) {
        for (const auto& wanted : step.plan.tensors) {
            const bool ones = wanted.initialiser == "ones";
            const Tensor value = channels_last(ones ? torch::ones(wanted.shape) : torch::zeros(wanted.shape));
            const std::string name = register_name(step.layer->name, wanted.role);
            tensors_[name] =
                wanted.trainable ? register_parameter(name, value) : register_buffer(name, value);
        }
    }
    compile();
}

void Network::compile() {
    std::map<std::string, Slot> slots;
    const auto slot_of = [&](const std::string& name) {
        return slots.emplace(name, slots.size()).first->second;
    };
    std::map<std::string, std::size_t> uses;       // by layers and outputs
    std::map<std::string, const Layer*> last_use;  // by a layer
    for (const auto& port : spec_.inputs) given_.push_back({port.name, slot_of(port.name)});
    for (const auto& layer : spec_.layers) {
        for (const auto& input : layer.inputs) {
            ++uses[input];
            last_use[input] = &layer;
        }
    }
    for (const auto& port : spec_.outputs) {
        ++uses[port.name];
        last_use.erase(port.name);
    }
    for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
        const Layer& layer = spec_.layers[i];
        const Slot output = slot_of(layer.name);
        if (layer.type == "random") {
            given_.push_back({layer.name, output});
            continue;
        }
        if (layer.type == "range") {
            ranges_.push_back({output, torch::tensor(network::range_values(layer)).unsqueeze(0)});
            continue;
        }
        Step step{.name = layer.name, .inputs = {}, .output = output, .done = {}, .run = {}, .native = {}};
        std::vector<Shape> shapes;
        for (const auto& input : layer.inputs) {
            step.inputs.push_back(slots.at(input));
            shapes.push_back(plan_.shapes.at(input));
            const auto last = last_use.find(input);
            if (last != last_use.end() && last->second == &layer) step.done.push_back(slots.at(input));
        }
        step.run = compile_layer(layer, shapes, [&](const char* role) { return tensor(layer, role); });
        step.native = compile_native(plan_, i, uses,
                                     [this](const Layer& of, const char* role) { return tensor(of, role); });
        steps_.push_back(std::move(step));
    }
    for (const auto& port : spec_.outputs) outputs_.push_back({port.name, slots.at(port.name)});
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

Tensor Network::run(std::size_t& first, const std::vector<Tensor>& in, bool by_native,
                    const ForwardMode& mode) const {
    const Step& step = steps_[first];
    for (std::size_t i = 0; by_native && i < step.native.size(); ++i) {
        Tensor out = step.native[i].compute(in[0], mode);
        if (!out.defined()) continue;
        first += step.native[i].layers - 1;
        return out;
    }
    return step.run(in, mode);
}

std::vector<bool> Network::needed(const std::vector<std::string>& wanted) const {
    if (wanted.empty()) return std::vector<bool>(steps_.size(), true);
    std::vector<bool> slots(plan_.shapes.size(), false), out(steps_.size(), false);
    for (const auto& [name, slot] : outputs_)
        slots[slot] = std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    for (std::size_t i = steps_.size(); i-- > 0;) {
        if (!slots[steps_[i].output]) continue;
        out[i] = true;
        for (const Slot slot : steps_[i].inputs) slots[slot] = true;
    }
    return out;
}

TensorMap Network::forward(TensorMap inputs, const ForwardMode& mode,
                           const std::vector<std::string>& wanted) {
    const std::int64_t batch = inputs.empty() ? 1 : inputs.begin()->second.size(0);
    const torch::Device device = inputs.empty() ? torch::kCPU : inputs.begin()->second.device();
    const bool by_native = native(device);
    std::vector<Tensor> values(plan_.shapes.size());
    for (const auto& [name, slot] : given_) {
        const auto found = inputs.find(name);
        if (found == inputs.end()) throw std::logic_error("nothing was given for `" + name + "`");
        values[slot] = std::move(found->second);
    }
    inputs.clear();
    for (const auto& [slot, range] : ranges_) values[slot] = range.to(device).expand({batch, -1});
    std::vector<Tensor> in;
    const std::vector<bool> is_needed = needed(wanted);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (!is_needed[i]) continue;
        const std::size_t first = i;
        in.clear();
        for (const Slot slot : steps_[i].inputs)
            in.push_back(by_native ? values[slot].contiguous() : channels_last(values[slot]));
        std::optional<core::timeline::Span> span;
        if (core::timeline::on()) span.emplace("", "forward");
        const Tensor out = run(i, in, by_native, mode);
        values[steps_[i].output] = out;
        if (span) {
            std::string name = spec_.name;
            for (std::size_t l = first; l <= i; ++l) name += (l == first ? " " : "+") + steps_[l].name;
            span->rename(name);
            // Its own backward pass begins where its gradient is known.
            if (out.requires_grad())
                out.register_hook([name](const Tensor&) { core::timeline::Chain::next(name); });
        }
        span.reset();
        for (const Slot slot : steps_[first].done) values[slot] = Tensor();
    }
    TensorMap out;
    for (const auto& [name, slot] : outputs_) {
        if (values[slot].defined()) out[name] = at_least_float(values[slot]);
    }
    return out;
}

}  // namespace caloforge::model
