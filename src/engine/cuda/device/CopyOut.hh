#pragma once

#include <array>
#include <cstddef>

#include "engine/cuda/device/Device.hh"

namespace caloforge::engine::cuda {

/// Copies from the device to memory of the host that is not pinned, in pieces through some that is: one piece
/// crosses the bus while another is copied on. One thread at a time.
class CopyOut {
  public:
    CopyOut();
    /// `from` (floats of the device) to `to`, once `ready` has happened. Returns when it is there.
    void operator()(const float* from, float* to, std::size_t floats, const Event& ready);
    std::size_t bytes() const;

  private:
    static constexpr std::size_t pieces = 3;
    struct Piece {
        PinnedMemory memory;
        Event arrived;
    };
    Stream stream_;
    std::array<Piece, pieces> pieces_;
};

}  // namespace caloforge::engine::cuda
