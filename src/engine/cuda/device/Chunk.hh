#pragma once

#include <array>
#include <span>

#include "engine/cuda/DeviceFacts.hh"
#include "engine/cuda/Program.hh"
#include "engine/cuda/device/Device.hh"

namespace caloforge::engine::cuda {

/// What makes a fixed number of rows at a time: its memory on the device, and its kernels, recorded once and
/// launched together. One thread at a time.
///
/// Two runs may be under way: what one of them has made can be copied to the host while the next computes.
class Chunk {
  public:
    /// `rows`: a multiple of block_rows. `tables`: Program::tables on the device. All have to outlive it.
    Chunk(const Program& program, const std::byte* tables, std::size_t rows, Stream& stream);

    /// Of the device, for a chunk of any size.
    static MemoryNeed need(const Program& program);

    std::size_t rows() const { return rows_; }
    std::size_t bytes() const;
    /// Puts NaN where a run writes before it reads. Waits for runs under way.
    void poison();

    /// Rows for one run, at most rows(). `inputs`: by port, (rows, elements).
    struct Rows {
        std::span<const sample::Key> keys;
        std::span<const std::span<const float>> inputs;
    };
    /// Begins a run. Waits for the one before the one before this, whose outputs are lost then. Returns its
    /// number.
    std::size_t begin(const Rows& rows);

    /// Output `o` of a run that is no older than the last but one, (rows, elements): on the device.
    const float* made(std::size_t run, std::size_t output) const;
    /// When a run has made its outputs.
    const Event& done(std::size_t run) const { return done_[run % 2]; }

  private:
    struct InputPlaces {
        std::size_t keys, given, used, all;  ///< bytes
    };
    static InputPlaces input_places(const Program& program, std::size_t rows);
    Memory memory(std::size_t run) const;

    const Program& program_;
    const std::byte* tables_;
    std::size_t rows_;
    Stream& stream_;
    DeviceMemory values_;
    DeviceMemory inputs_;
    std::array<PinnedMemory, 2> staged_inputs_;
    std::array<DeviceMemory, 2> made_;
    std::array<Event, 2> copied_;  ///< the staged inputs may be written again
    std::array<Event, 2> done_;
    Graph kernels_;
    std::size_t runs_ = 0;
};

}  // namespace caloforge::engine::cuda
