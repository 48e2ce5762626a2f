#include "engine/Engine.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <memory>

#include "core/Error.hh"
#include "engine/Passes.hh"
#include "engine/Runner.hh"

namespace caloforge::engine {
namespace {

using Kind = Operation::Kind;
constexpr std::size_t lanes = kernels::lanes;
/// Fewer showers than this go one by one, more together.
constexpr std::size_t least_together = 5;

// upsample and pad that no convolution took in: which element goes where, -1 for zero.
std::vector<std::int32_t> index_of(const Operation& operation, const network::Shape& coarse) {
    const network::Shape image = image_of(coarse), shape = image_of(operation.shape);
    std::vector<std::int32_t> out;
    for (std::int64_t c = 0; c < shape[0]; ++c) {
        for (std::int64_t x = 0; x < shape[1]; ++x) {
            for (std::int64_t y = 0; y < shape[2]; ++y) {
                for (std::int64_t z = 0; z < shape[3]; ++z) {
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

    RunMemory memory(float* start, std::size_t n, float* noise_memory) const {
        return {start, start + buffer * n, noise_memory};
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
            const float* made = run_one(impl_->steps, impl_->memory(memory, 1, noise), seed, first + done,
                                        incident.subspan(done, 1));
            std::copy_n(made, count, out.data() + done * count);
            done += 1;
            continue;
        }
        const std::size_t now = std::min(left, lanes);
        const float* made = run_lanes(impl_->steps, impl_->memory(memory, lanes, noise), seed, first + done,
                                      incident.subspan(done, now));
        for (std::size_t l = 0; l < now; ++l) {
            float* to = out.data() + (done + l) * count;
            for (std::size_t c = 0; c < count; ++c) to[c] = made[c * lanes + l];
        }
        done += now;
    }
}

core::Json Engine::plan() const {
    constexpr const char* names[] = {"input", "random",   "dense",    "convolution", "upsample",
                                     "pad",   "gather",   "sum",      "softmax",     "concat",
                                     "add",   "multiply", "pointwise"};
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
