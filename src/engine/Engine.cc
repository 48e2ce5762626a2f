#include "engine/Engine.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <memory>

#include "core/Error.hh"
#include "engine/MemoryPlan.hh"
#include "engine/Passes.hh"
#include "engine/Runner.hh"

namespace caloforge::engine {
namespace {

using Kind = Operation::Kind;
constexpr std::size_t lanes = kernels::lanes;
/// Fewer showers than this go one by one, more together: 16 together take as long as 7 to 8 one by one.
constexpr std::size_t least_together = 8;

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

float* aligned(std::vector<float>& memory) {
    void* start = memory.data();
    std::size_t space = memory.size() * sizeof(float);
    return static_cast<float*>(std::align(line_floats * sizeof(float), sizeof(float), start, space));
}

constexpr std::size_t rounded_up(std::size_t elements) {
    return (elements + lanes - 1) / lanes * lanes;
}

}  // namespace

struct Engine::Impl {
    std::vector<Compiled> steps;
    std::size_t memory_together = 0;  ///< floats that 16 showers take
    std::size_t memory_alone = 0;     ///< floats that one takes
    std::size_t noise = 0;            ///< floats

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
                const auto& after = operation.after;
                step.done_after = !after.empty() && after[0].function == Pointwise::Function::leaky_relu;
            }
            if (operation.kind == Kind::upsample || operation.kind == Kind::pad)
                operation.index = index_of(operation, image);
            if (operation.kind == Kind::random) noise = std::max(noise, step.elements);
            operation.weights.clear();
            step.operation = std::move(operation);
            steps.push_back(std::move(step));
        }
        memory_together = plan_memory(lanes, &Compiled::together);
        memory_alone = plan_memory(1, &Compiled::alone);
        constexpr std::size_t most_bytes = std::size_t{4} << 30;
        if (std::max(memory_together, memory_alone) * sizeof(float) > most_bytes)
            throw core::InputError("the network needs more than 4 GiB for 16 showers. Is its grid right?");
    }

    // An output is needed from when it is made until it is last read, scratch while its convolution runs.
    std::size_t plan_memory(std::size_t showers, Compiled::Place Compiled::*place) {
        std::vector<MemoryBlock> blocks(2 * steps.size());
        for (std::size_t i = 0; i < steps.size(); ++i) {
            // Dense layers write whole vectors of outputs.
            blocks[2 * i] = {rounded_up(steps[i].elements) * showers, i, i};
            blocks[2 * i + 1] = {steps[i].convolution ? steps[i].convolution->scratch_floats(showers) : 0, i,
                                 i};
            for (const std::size_t from : steps[i].operation.inputs) blocks[2 * from].last = i;
        }
        blocks[2 * steps.size() - 2].last = steps.size();
        const std::size_t all = place_blocks(blocks);
        for (std::size_t i = 0; i < steps.size(); ++i)
            steps[i].*place = {blocks[2 * i].begin, blocks[2 * i + 1].begin};
        return all;
    }
};

Engine::Engine(const network::WeightsFile& file, const std::string& role, Passes passes)
    : impl_(std::make_unique<Impl>()) {
    const network::NetworkSpec spec = file.network(role);
    if (network::takes_impact(spec)) impact_.emplace(file.document);
    Graph graph = lower(spec, file, role);
    impl_->compile(passes == Passes::all ? fuse_sums(share_padding(optimised(std::move(graph))))
                                         : drop_unused(std::move(graph)));
}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

Engine::Workspace::Workspace(const Engine& engine)
    : buffer_(line_floats + std::max(engine.impl_->memory_together, engine.impl_->memory_alone)),
      noise_(engine.impl_->noise) {}

std::size_t Engine::cells() const {
    return impl_->steps.back().elements;
}

void Engine::generate(std::uint64_t seed, std::uint64_t first, const Conditions& given, Workspace& workspace,
                      std::span<float> out) const {
    assert(out.size() == given.size() * cells());
    assert(given.impact.empty() || given.impact.size() == 2 * given.size());
    Conditions conditions = given;
    std::vector<float> drawn;
    if (impact_ && given.impact.empty()) {
        for (std::size_t i = 0; i < given.size(); ++i) {
            const auto point = impact_->draw(seed, first + i);
            drawn.insert(drawn.end(), point.begin(), point.end());
        }
        conditions.impact = drawn;
    }
    const RunMemory memory = {aligned(workspace.buffer_), workspace.noise_.data()};
    const std::size_t count = cells();
    for (std::size_t done = 0; done < conditions.size();) {
        const std::size_t left = conditions.size() - done;
        if (left < least_together) {
            const float* made = run_one(impl_->steps, memory, seed, first + done, conditions.part(done, 1));
            std::copy_n(made, count, out.data() + done * count);
            done += 1;
            continue;
        }
        const std::size_t now = std::min(left, lanes);
        const float* made = run_lanes(impl_->steps, memory, seed, first + done, conditions.part(done, now));
        for (std::size_t l = 0; l < now; ++l) {
            float* to = out.data() + (done + l) * count;
            for (std::size_t c = 0; c < count; ++c) to[c] = made[c * lanes + l];
        }
        done += now;
    }
}

core::Json Engine::plan() const {
    constexpr const char* names[] = {
        "input", "constant", "random", "dense",      "convolution", "upsample", "pad",      "gather",
        "sum",   "softmax",  "concat", "interleave", "sample",      "add",      "multiply", "pointwise"};
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
                       {"nominal_macs", step.operation.nominal_macs},
                       {"macs", macs},
                       {"bytes", bytes}});
    }
    return out;
}

}  // namespace caloforge::engine
