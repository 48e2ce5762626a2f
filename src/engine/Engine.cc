#include "engine/Engine.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "core/Error.hh"
#include "core/Random.hh"
#include "engine/Passes.hh"
#include "engine/PhasedConvolution.hh"
#include "kernels/BlockedDense.hh"
#include "kernels/Functions.hh"

namespace caloforge::engine {
namespace {

using Kind = Operation::Kind;
using Function = Pointwise::Function;
constexpr std::size_t lanes = kernels::lanes;
/// Fewer showers than this go one by one, more together.
constexpr std::size_t least_together = 5;

// An operation with what its kernel needs.
struct Compiled {
    Operation operation;  ///< without its weights where a kernel holds them
    std::optional<kernels::BlockedDense> dense;
    std::optional<PhasedConvolution> convolution;
    std::size_t begin = 0;     ///< of its output in the buffer, in units of the number of lanes
    std::size_t elements = 0;  ///< of its output
};

void apply(const Pointwise& one, const network::Shape& shape, float* data, std::size_t count) {
    const auto each = [&](auto function) {
        for (std::size_t i = 0; i < count; ++i) data[i] = function(data[i]);
    };
    switch (one.function) {
        case Function::affine: {
            const std::size_t channels = one.gain.size() > 1 ? static_cast<std::size_t>(shape[0]) : 1;
            const std::size_t part = count / channels;
            for (std::size_t c = 0; c < channels; ++c)
                kernels::affine(data + c * part, part, one.gain[c], one.shift[c]);
            break;
        }
        case Function::leaky_relu:
            kernels::leaky_relu(data, count, one.parameter);
            break;
        case Function::threshold:
            kernels::threshold(data, count, one.parameter);
            break;
        case Function::power:
            each([&](float x) { return std::pow(x, one.parameter); });
            break;
        case Function::sigmoid:
            each([](float x) { return 1 / (1 + std::exp(-x)); });
            break;
        case Function::softplus:
            each([](float x) { return std::max(x, 0.0F) + std::log1p(std::exp(-std::abs(x))); });
            break;
        case Function::silu:
            each([](float x) { return x / (1 + std::exp(-x)); });
            break;
        case Function::exp:
            each([](float x) { return std::exp(x); });
            break;
        case Function::log:
            each([](float x) { return std::log(x); });
            break;
    }
}

// A run of operations on `n` lanes (16 or 1); element e of lane l is at e * n + l.
template <std::size_t n>
class Runner {
  public:
    Runner(const std::vector<Compiled>& steps, float* buffer, float* scratch, float* noise)
        : steps_(steps), buffer_(buffer), scratch_(scratch), noise_(noise) {}

    // The output of the last operation.
    const float* run(std::uint64_t seed, std::uint64_t first, std::span<const float> incident) {
        seed_ = seed;
        first_ = first;
        incident_ = incident;
        for (const Compiled& step : steps_) {
            float* out = at(step);
            make(step, out);
            for (const Pointwise& one : step.operation.after)
                apply(one, step.operation.shape, out, step.elements * n);
        }
        return at(steps_.back());
    }

  private:
    float* at(const Compiled& step) const { return buffer_ + step.begin * n; }
    const float* in(const Compiled& step, std::size_t which = 0) const {
        return at(steps_[step.operation.inputs[which]]);
    }
    std::size_t size_in(const Compiled& step, std::size_t which) const {
        return steps_[step.operation.inputs[which]].elements;
    }

    void make(const Compiled& step, float* out) {
        const Operation& operation = step.operation;
        switch (operation.kind) {
            case Kind::input:
                for (std::size_t l = 0; l < n; ++l) out[l] = incident_[std::min(l, incident_.size() - 1)];
                break;
            case Kind::random:
                make_noise(step, out);
                break;
            case Kind::dense:
                if constexpr (n == 1)
                    kernels::run_cells(*step.dense, in(step), out);
                else
                    kernels::run_lanes(*step.dense, in(step), out);
                break;
            case Kind::convolution:
                if constexpr (n == 1)
                    step.convolution->run_cells(in(step), out, scratch_);
                else
                    step.convolution->run_lanes(in(step), out, scratch_);
                break;
            case Kind::upsample:
            case Kind::pad:
            case Kind::gather:
                gather(operation.index, in(step), out);
                break;
            case Kind::sum:
                sum(operation, in(step), out);
                break;
            case Kind::concat:
                for (std::size_t i = 0; i < operation.inputs.size(); ++i)
                    out = std::copy_n(in(step, i), size_in(step, i) * n, out);
                break;
            case Kind::add:
                combine(step, out, [](float a, float b) { return a + b; });
                break;
            case Kind::multiply:
                combine(step, out, [](float a, float b) { return a * b; });
                break;
            case Kind::pointwise:
                std::copy_n(in(step), step.elements * n, out);
                break;
        }
    }

    void make_noise(const Compiled& step, float* out) {
        for (std::size_t l = 0; l < n; ++l) {
            // Lanes without a shower repeat the last: what they make is dropped.
            const std::uint64_t shower = first_ + std::min<std::uint64_t>(l, incident_.size() - 1);
            const core::RandomStream random(seed_, shower, step.operation.stream);
            const std::span<float> values(noise_, step.elements);
            step.operation.normal ? random.normal(values) : random.uniform(values);
            for (std::size_t e = 0; e < step.elements; ++e) out[e * n + l] = values[e];
        }
    }

    static void gather(const std::vector<std::int32_t>& index, const float* from, float* out) {
        for (const std::int32_t element : index) {
            if (element < 0)
                std::fill_n(out, n, 0.0F);
            else
                std::copy_n(from + static_cast<std::size_t>(element) * n, n, out);
            out += n;
        }
    }

    static void sum(const Operation& operation, const float* from, float* out) {
        for (std::size_t i = 0; i + 1 < operation.begins.size(); ++i, out += n) {
            std::fill_n(out, n, 0.0F);
            for (std::int32_t k = operation.begins[i]; k < operation.begins[i + 1]; ++k) {
                const float* source =
                    from + static_cast<std::size_t>(operation.index[static_cast<std::size_t>(k)]) * n;
                for (std::size_t l = 0; l < n; ++l) out[l] += source[l];
            }
            for (std::size_t l = 0; l < n; ++l) out[l] *= operation.scale;
        }
    }

    // An input of one element is spread over the other.
    template <class Combine>
    void combine(const Compiled& step, float* out, Combine function) const {
        const float *a = in(step, 0), *b = in(step, 1);
        const std::size_t step_a = size_in(step, 0) == step.elements ? n : 0;
        const std::size_t step_b = size_in(step, 1) == step.elements ? n : 0;
        for (std::size_t e = 0; e < step.elements; ++e) {
            for (std::size_t l = 0; l < n; ++l)
                out[e * n + l] = function(a[e * step_a + l], b[e * step_b + l]);
        }
    }

    const std::vector<Compiled>& steps_;
    float* buffer_;
    float* scratch_;
    float* noise_;
    std::uint64_t seed_ = 0;
    std::uint64_t first_ = 0;
    std::span<const float> incident_;
};

// upsample and pad that no convolution took in: which element goes where, -1 for zero.
std::vector<std::int32_t> index_of(const Operation& operation, const network::Shape& image) {
    std::vector<std::int32_t> out;
    for (std::int64_t c = 0; c < operation.shape[0]; ++c) {
        for (std::int64_t x = 0; x < operation.shape[1]; ++x) {
            for (std::int64_t y = 0; y < operation.shape[2]; ++y) {
                for (std::int64_t z = 0; z < operation.shape[3]; ++z) {
                    const Operation::Triple at = {x, y, z};
                    std::int64_t flat = c;
                    bool inside = true;
                    for (std::size_t axis = 0; axis < 3; ++axis) {
                        const std::int64_t from = (at[axis] - operation.low[axis]) / operation.factor[axis];
                        inside = inside && at[axis] >= operation.low[axis] && from < image[axis + 1];
                        flat = flat * image[axis + 1] + from;
                    }
                    out.push_back(inside ? static_cast<std::int32_t>(flat) : -1);
                }
            }
        }
    }
    return out;
}

/// Bytes of a cache line: a vector that crosses one costs two loads.
constexpr std::size_t line = 64;

float* aligned(std::vector<float>& memory) {
    void* start = memory.data();
    std::size_t space = memory.size() * sizeof(float);
    return static_cast<float*>(std::align(line, sizeof(float), start, space));
}

constexpr std::size_t rounded_up(std::size_t elements) {
    return (elements + lanes - 1) / lanes * lanes;
}

}  // namespace

struct Engine::Impl {
    std::vector<Compiled> steps;
    std::size_t buffer = 0;         ///< elements of all outputs that live at one time
    std::size_t scratch_lanes = 0;  ///< floats
    std::size_t scratch_cells = 0;
    std::size_t noise = 0;  ///< floats

    void compile(Graph graph) {
        for (Operation& operation : graph.operations) {
            Compiled step;
            step.elements = static_cast<std::size_t>(operation.elements());
            const network::Shape image =
                operation.inputs.empty() ? network::Shape{} : steps[operation.inputs[0]].operation.shape;
            if (operation.kind == Kind::dense) {
                const std::size_t inputs = operation.weights.size() / step.elements;
                step.dense.emplace(inputs, step.elements, operation.weights, operation.bias);
            }
            if (operation.kind == Kind::convolution) {
                step.convolution.emplace(operation, image);
                scratch_lanes = std::max(scratch_lanes, step.convolution->scratch_floats(lanes));
                scratch_cells = std::max(scratch_cells, step.convolution->scratch_floats(1));
            }
            if (operation.kind == Kind::upsample || operation.kind == Kind::pad)
                operation.index = index_of(operation, image);
            if (operation.kind == Kind::random) noise = std::max(noise, step.elements);
            operation.weights.clear();
            step.operation = std::move(operation);
            steps.push_back(std::move(step));
        }
        plan_memory();
    }

    // First fit: an output takes the first gap that is free from when it is made until it is last read.
    void plan_memory() {
        std::vector<std::size_t> last(steps.size());
        for (std::size_t i = 0; i < steps.size(); ++i) {
            last[i] = i;
            for (const std::size_t from : steps[i].operation.inputs) last[from] = i;
        }
        last.back() = steps.size();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const std::size_t size = rounded_up(steps[i].elements);
            std::size_t begin = 0;
            for (bool moved = true; moved;) {
                moved = false;
                for (std::size_t j = 0; j < i; ++j) {
                    const std::size_t end = steps[j].begin + rounded_up(steps[j].elements);
                    if (last[j] < i || begin >= end || begin + size <= steps[j].begin) continue;
                    begin = end;
                    moved = true;
                }
            }
            steps[i].begin = begin;
            buffer = std::max(buffer, begin + size);
        }
        constexpr std::size_t most_bytes = std::size_t{4} << 30;
        if ((buffer * lanes + scratch_lanes) * sizeof(float) > most_bytes)
            throw core::InputError("the network needs more than 4 GiB for 16 showers. Is its grid right?");
    }

    template <std::size_t n>
    const float* run(std::uint64_t seed, std::uint64_t first, std::span<const float> incident, float* memory,
                     float* noise_memory) const {
        return Runner<n>(steps, memory, memory + buffer * n, noise_memory).run(seed, first, incident);
    }
};

Engine::Engine(const network::WeightsFile& file, const std::string& role, Passes passes)
    : impl_(std::make_unique<Impl>()) {
    const Graph graph = lower(file.network(role), file, role);
    impl_->compile(passes == Passes::all ? optimised(graph) : drop_unused(graph));
}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

Engine::Workspace::Workspace(const Engine& engine)
    : buffer_(line / sizeof(float) + std::max(engine.impl_->buffer * lanes + engine.impl_->scratch_lanes,
                                              engine.impl_->buffer + engine.impl_->scratch_cells)),
      noise_(engine.impl_->noise) {}

std::size_t Engine::cells() const {
    return impl_->steps.back().elements;
}

void Engine::generate(std::uint64_t seed, std::uint64_t first, std::span<const float> incident,
                      Workspace& workspace, std::span<float> out) const {
    assert(out.size() == incident.size() * cells());
    float* memory = aligned(workspace.buffer_);
    float* noise = workspace.noise_.data();
    const std::size_t count = cells();
    for (std::size_t done = 0; done < incident.size();) {
        const std::size_t left = incident.size() - done;
        if (left < least_together) {
            const float* made = impl_->run<1>(seed, first + done, incident.subspan(done, 1), memory, noise);
            std::copy_n(made, count, out.data() + done * count);
            done += 1;
            continue;
        }
        const std::size_t now = std::min(left, lanes);
        const float* made = impl_->run<lanes>(seed, first + done, incident.subspan(done, now), memory, noise);
        for (std::size_t l = 0; l < now; ++l) {
            float* to = out.data() + (done + l) * count;
            for (std::size_t c = 0; c < count; ++c) to[c] = made[c * lanes + l];
        }
        done += now;
    }
}

core::Json Engine::plan() const {
    constexpr const char* names[] = {"input",  "random", "dense",  "convolution", "upsample", "pad",
                                     "gather", "sum",    "concat", "add",         "multiply", "pointwise"};
    core::Json out = core::Json::array();
    for (const Compiled& step : impl_->steps) {
        std::int64_t macs = 0;
        std::size_t bytes = 0;
        if (step.dense) {
            macs = static_cast<std::int64_t>(step.dense->inputs * step.dense->outputs);
            bytes = step.dense->weights.size() * sizeof(float);
        }
        if (step.convolution) {
            macs = step.convolution->macs();
            bytes = step.convolution->bytes();
        }
        out.push_back({{"layer", step.operation.name},
                       {"operation", names[static_cast<int>(step.operation.kind)]},
                       {"shape", step.operation.shape},
                       {"macs", macs},
                       {"bytes", bytes}});
    }
    return out;
}

}  // namespace caloforge::engine
