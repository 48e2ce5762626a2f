#include "engine/cuda/device/Engine.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "core/Error.hh"
#include "core/Log.hh"
#include "engine/cpu/Ports.hh"
#include "engine/cuda/device/Chunk.hh"
#include "engine/cuda/device/CopyOut.hh"

namespace caloforge::engine::cuda {

struct Engine::Impl {
    Device device;
    std::vector<std::size_t> sizes;
    std::vector<cpu::PlanEntry> plan;
    Program program;
    DeviceMemory tables;

    Impl(const network::WeightsFile& file, const std::string& role, const Options& options)
        : device(options.device), sizes(options.rows_at_a_time) {
        {
            const cpu::CompiledNetwork network = cpu::compile_network(file, role);
            plan = cpu::plan_of(network.steps);
            program = make_program(network);
        }
        upload();
    }

    // The tables, which the host then needs no more.
    void upload() {
        constexpr std::size_t piece = std::size_t{4} << 20;
        const std::size_t bytes = program.tables.size();
        if (bytes == 0) return;
        const std::array<std::size_t, 1> once = {1};
        (void)rows_at_a_time(1, once, {bytes, 0}, device.free_bytes(), device.number());
        tables = DeviceMemory(bytes);
        Stream stream;
        const PinnedMemory staged(std::min(piece, bytes));
        for (std::size_t done = 0; done < bytes; done += piece) {
            const std::size_t now = std::min(piece, bytes - done);
            std::copy_n(program.tables.data() + done, now, staged.at());
            stream.copy_to_device(tables.at(done), staged.at(), now);
            stream.finish();
        }
        program.tables = {};
    }
};

struct Engine::Workspace::Impl {
    explicit Impl(const Engine::Impl& engine_) : engine(engine_), sizes(engine_.sizes) {}

    /// The chunk for as many rows as are left.
    Chunk& chunk_for(std::size_t left) {
        const auto wanted = std::ranges::find_if(sizes, [&](std::size_t rows) { return rows >= left; });
        const std::size_t asked = wanted == sizes.end() ? sizes.back() : *wanted;
        if (const auto found = chunks.find(asked); found != chunks.end()) return found->second;
        const MemoryNeed need = Chunk::need(engine.program);
        const int device = engine.device.number();
        // One that is there needs no more memory.
        const auto above = chunks.upper_bound(asked);
        const std::size_t there = above == chunks.begin() ? 0 : need.bytes(std::prev(above)->first);
        const std::size_t rows =
            rows_at_a_time(left, sizes, need, std::max(there, engine.device.free_bytes()), device);
        if (rows < asked) {
            core::info("cuda:{} has memory for {} samples at a time, not for {}", device, rows, asked);
            std::erase_if(sizes, [&](std::size_t size) { return size > rows; });
        }
        return chunks.try_emplace(rows, engine.program, engine.tables.at(), rows, stream).first->second;
    }

    const Engine::Impl& engine;
    Stream stream;
    CopyOut copy_out;
    std::vector<std::size_t> sizes;       ///< that the device has memory for, as far as is known
    std::map<std::size_t, Chunk> chunks;  ///< by their rows
    std::vector<std::span<const float>> all_inputs;
    std::vector<std::span<const float>> some_inputs;
};

Engine::Engine(const network::WeightsFile& file, const std::string& role, const Options& options)
    : impl_(std::make_unique<const Impl>(file, role, options)) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

const sample::Fields& Engine::inputs() const {
    return impl_->program.inputs;
}
const sample::Fields& Engine::outputs() const {
    return impl_->program.outputs;
}
const std::string& Engine::device_name() const {
    return impl_->device.name();
}
const std::vector<cpu::PlanEntry>& Engine::plan() const {
    return impl_->plan;
}

Engine::Workspace::Workspace(const Engine& engine) {
    engine.impl_->device.use();
    impl_ = std::make_unique<Impl>(*engine.impl_);
}
Engine::Workspace::~Workspace() = default;
Engine::Workspace::Workspace(Workspace&&) noexcept = default;
Engine::Workspace& Engine::Workspace::operator=(Workspace&&) noexcept = default;

std::size_t Engine::Workspace::bytes() const {
    std::size_t sum = impl_->copy_out.bytes();
    for (const auto& [rows, chunk] : impl_->chunks) sum += chunk.bytes();
    return sum;
}

void Engine::Workspace::poison() {
    for (auto& [rows, chunk] : impl_->chunks) chunk.poison();
}

void Engine::run(std::span<const sample::Key> keys, const sample::ColumnsView& given, Workspace& workspace,
                 std::span<const std::span<float>> out, Fetch fetch) const {
    Workspace::Impl& work = *workspace.impl_;
    impl_->device.use();
    work.all_inputs.resize(inputs().size());
    work.some_inputs.resize(inputs().size());
    cpu::find_inputs(inputs(), given, keys.size(), work.all_inputs);
    if (fetch == Fetch::all) cpu::check_outputs(outputs(), out, keys.size());

    // What is under way computes while what was made before is copied.
    struct Made {
        Chunk* chunk = nullptr;
        std::size_t run = 0, first = 0, count = 0;
    };
    const auto take = [&](const Made& made) {
        if (made.chunk == nullptr || fetch == Fetch::none) return;
        for (std::size_t o = 0; o < out.size(); ++o) {
            const std::size_t each = outputs()[o].elements();
            work.copy_out(made.chunk->made(made.run, o), out[o].data() + made.first * each, made.count * each,
                          made.chunk->done(made.run));
        }
    };
    Made before;
    for (std::size_t done = 0; done < keys.size();) {
        Chunk& chunk = work.chunk_for(keys.size() - done);
        const std::size_t now = std::min(keys.size() - done, chunk.rows());
        for (std::size_t i = 0; i < inputs().size(); ++i) {
            const std::size_t each = inputs()[i].elements();
            work.some_inputs[i] = work.all_inputs[i].subspan(done * each, now * each);
        }
        const std::size_t run = chunk.begin({keys.subspan(done, now), work.some_inputs});
        take(before);
        before = {&chunk, run, done, now};
        done += now;
    }
    take(before);
    work.stream.finish();
}

}  // namespace caloforge::engine::cuda
