#include "engine/cuda/device/Chunk.hh"

#include <algorithm>

#include "engine/cuda/device/Kernels.hh"

namespace caloforge::engine::cuda {

Chunk::InputPlaces Chunk::input_places(const Program& program, std::size_t rows) {
    const std::size_t given = rows * sizeof(sample::Key);
    const std::size_t used = given + rows * program.input_floats * sizeof(float);
    return {0, given, used, used + sizeof(std::uint32_t)};
}

MemoryNeed Chunk::need(const Program& program) {
    const std::size_t floats = program.row_floats + program.input_floats + 2 * program.output_floats;
    // Kernels, and what allocations are rounded up to.
    constexpr std::size_t rest = std::size_t{64} << 20;
    return {floats * sizeof(float) + sizeof(sample::Key), rest};
}

Chunk::Chunk(const Program& program, const std::byte* tables, std::size_t rows, Stream& stream)
    : program_(program),
      tables_(tables),
      rows_(rows),
      stream_(stream),
      values_(program.row_floats * rows * sizeof(float)),
      inputs_(input_places(program, rows).all) {
    for (PinnedMemory& one : staged_inputs_) one = PinnedMemory(inputs_.bytes());
    for (DeviceMemory& one : made_) one = DeviceMemory(program.output_floats * rows * sizeof(float));
    kernels_ = Graph(program_.after,
                     [&](std::size_t i, KernelSink& sink) { launch(program_.launches[i], memory(0), sink); });
}

std::size_t Chunk::bytes() const {
    return values_.bytes() + inputs_.bytes() + 2 * made_[0].bytes() + 2 * staged_inputs_[0].bytes();
}

void Chunk::poison() {
    constexpr int ones = 0xFF;  // NaN
    stream_.fill(values_.at(), ones, values_.bytes());
    for (DeviceMemory& one : made_) stream_.fill(one.at(), ones, one.bytes());
    stream_.finish();
}

Memory Chunk::memory(std::size_t run) const {
    const InputPlaces places = input_places(program_, rows_);
    return {values_.at<float>(),
            program_.row_floats,
            tables_,
            inputs_.at<sample::Key>(places.keys),
            inputs_.at<float>(places.given),
            made_[run % 2].at<float>(),
            inputs_.at<std::uint32_t>(places.used),
            static_cast<std::uint32_t>(rows_)};
}

std::size_t Chunk::begin(const Rows& rows) {
    const std::size_t run = runs_++;
    copied_[run % 2].wait();
    const InputPlaces places = input_places(program_, rows_);
    const PinnedMemory& staged = staged_inputs_[run % 2];
    // Rows that nobody asked for repeat the last: what they make is dropped.
    const std::size_t used = rows.keys.size();
    const auto fill = [&](auto* to, const auto* from, std::size_t each) {
        to = std::copy_n(from, used * each, to);
        for (std::size_t row = used; row < rows_; ++row) to = std::copy_n(from + (used - 1) * each, each, to);
        return to;
    };
    fill(staged.at<sample::Key>(places.keys), rows.keys.data(), 1);
    float* port = staged.at<float>(places.given);
    for (std::size_t i = 0; i < rows.inputs.size(); ++i)
        port = fill(port, rows.inputs[i].data(), program_.inputs[i].elements());
    *staged.at<std::uint32_t>(places.used) = static_cast<std::uint32_t>(used);
    stream_.copy_to_device(inputs_.at(), staged.at(), places.all);
    copied_[run % 2].record(stream_);
    kernels_.run(stream_);
    const Memory all = memory(run);
    for (const OutputWork& output : program_.output_works) launch(output, all, stream_);
    done_[run % 2].record(stream_);
    return run;
}

const float* Chunk::made(std::size_t run, std::size_t output) const {
    return made_[run % 2].at<float>() + program_.output_works[output].before * rows_;
}

}  // namespace caloforge::engine::cuda
