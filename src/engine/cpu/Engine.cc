#include "engine/cpu/Engine.hh"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/Error.hh"
#include "engine/cpu/MemoryPlan.hh"
#include "engine/cpu/Ports.hh"
#include "engine/cpu/Runner.hh"

namespace caloforge::engine::cpu {
namespace {

constexpr std::size_t lanes = kernels::lanes;
/// Fewer rows than this go one by one, more together: 16 together take as long as 7 to 8 one by one.
constexpr std::size_t least_together = 8;

float* aligned(std::vector<float>& memory) {
    void* start = memory.data();
    std::size_t space = memory.size() * sizeof(float);
    return static_cast<float*>(std::align(line_floats * sizeof(float), sizeof(float), start, space));
}

constexpr std::size_t rounded_up(std::size_t elements) {
    return (elements + lanes - 1) / lanes * lanes;
}

std::size_t scratch_floats(const Step& step, std::size_t rows) {
    const auto* work = std::get_if<ConvolutionStep>(&step.work);
    return work ? work->convolution.scratch_floats(rows) : 0;
}

}  // namespace

struct Engine::Impl {
    sample::Fields inputs;
    sample::Fields outputs;
    std::vector<std::size_t> made_by;  ///< by output: its step
    std::vector<Step> steps;
    std::size_t memory_together = 0;  ///< floats that 16 rows take
    std::size_t memory_alone = 0;     ///< floats that one takes
    std::size_t noise = 0;            ///< floats

    explicit Impl(CompiledNetwork network)
        : inputs(std::move(network.inputs)),
          outputs(std::move(network.outputs)),
          made_by(std::move(network.made_by)),
          steps(std::move(network.steps)) {
        for (const Step& step : steps) {
            if (std::holds_alternative<graph::Random>(step.work)) noise = std::max(noise, step.elements);
        }
        memory_together = plan_memory(lanes, &Step::together);
        memory_alone = plan_memory(1, &Step::alone);
        constexpr std::size_t most_bytes = std::size_t{4} << 30;
        if (std::max(memory_together, memory_alone) * sizeof(float) > most_bytes)
            throw core::InputError("the network needs more than 4 GiB for 16 showers. Is its grid right?");
    }

    // What a step makes is needed from then until it is last read, scratch while its convolution runs.
    std::size_t plan_memory(std::size_t rows, Step::Place Step::*place) {
        std::vector<MemoryBlock> blocks(2 * steps.size());
        for (std::size_t i = 0; i < steps.size(); ++i) {
            // Dense layers write whole vectors of outputs.
            blocks[2 * i] = {rounded_up(steps[i].elements) * rows, i, i};
            blocks[2 * i + 1] = {scratch_floats(steps[i], rows), i, i};
            for (const std::size_t from : steps[i].inputs) blocks[2 * from].last = i;
        }
        for (const std::size_t step : made_by) blocks[2 * step].last = steps.size();
        const std::size_t all = place_blocks(blocks);
        for (std::size_t i = 0; i < steps.size(); ++i)
            steps[i].*place = {blocks[2 * i].begin, blocks[2 * i + 1].begin};
        return all;
    }

    // Rows [first, first + count) of the outputs, from where the run left them.
    void fetch(const float* values, std::size_t first, std::size_t count,
               std::span<const std::span<float>> out) const {
        for (std::size_t o = 0; o < made_by.size(); ++o) {
            const Step& step = steps[made_by[o]];
            float* to = out[o].data() + first * step.elements;
            if (count == 1) {
                std::copy_n(values + step.alone.output, step.elements, to);
                continue;
            }
            const float* made = values + step.together.output;
            for (std::size_t l = 0; l < count; ++l) {
                for (std::size_t e = 0; e < step.elements; ++e) *to++ = made[e * lanes + l];
            }
        }
    }
};

Engine::Engine(const network::WeightsFile& file, const std::string& role, Passes passes)
    : impl_(std::make_unique<Impl>(compile_network(file, role, passes))) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

const sample::Fields& Engine::inputs() const {
    return impl_->inputs;
}
const sample::Fields& Engine::outputs() const {
    return impl_->outputs;
}

Engine::Workspace::Workspace(const Engine& engine)
    : buffer_(line_floats + std::max(engine.impl_->memory_together, engine.impl_->memory_alone)),
      noise_(engine.impl_->noise),
      all_inputs_(engine.inputs().size()),
      some_inputs_(engine.inputs().size()) {}

void Engine::run(std::span<const sample::Key> keys, const sample::ColumnsView& given, Workspace& workspace,
                 std::span<const std::span<float>> out) const {
    find_inputs(inputs(), given, keys.size(), workspace.all_inputs_);
    check_outputs(outputs(), out, keys.size());

    const RunMemory memory = {aligned(workspace.buffer_), workspace.noise_.data()};
    for (std::size_t done = 0; done < keys.size();) {
        const std::size_t left = keys.size() - done;
        const std::size_t now = left < least_together ? 1 : std::min(left, lanes);
        for (std::size_t i = 0; i < inputs().size(); ++i) {
            const std::size_t each = inputs()[i].elements();
            workspace.some_inputs_[i] = workspace.all_inputs_[i].subspan(done * each, now * each);
        }
        const Rows rows = {keys.subspan(done, now), workspace.some_inputs_};
        now == 1 ? run_one(impl_->steps, memory, rows) : run_lanes(impl_->steps, memory, rows);
        impl_->fetch(memory.values, done, now, out);
        done += now;
    }
}

std::vector<PlanEntry> Engine::plan() const {
    return plan_of(impl_->steps);
}

}  // namespace caloforge::engine::cpu
