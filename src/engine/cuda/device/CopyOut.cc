#include "engine/cuda/device/CopyOut.hh"

#include <algorithm>
#include <cstring>

namespace caloforge::engine::cuda {
namespace {

constexpr std::size_t piece_floats = std::size_t{1} << 20;

}  // namespace

CopyOut::CopyOut() {
    for (Piece& piece : pieces_) piece.memory = PinnedMemory(piece_floats * sizeof(float));
}

std::size_t CopyOut::bytes() const {
    return pieces * piece_floats * sizeof(float);
}

void CopyOut::operator()(const float* from, float* to, std::size_t floats, const Event& ready) {
    stream_.wait(ready);
    const std::size_t count = (floats + piece_floats - 1) / piece_floats;
    const auto size = [&](std::size_t piece) {
        return std::min(piece_floats, floats - piece * piece_floats) * sizeof(float);
    };
    for (std::size_t next = 0, taken = 0; taken < count; ++taken) {
        for (; next < count && next < taken + pieces; ++next) {
            Piece& piece = pieces_[next % pieces];
            stream_.copy_to_host(piece.memory.at(), from + next * piece_floats, size(next));
            piece.arrived.record(stream_);
        }
        const Piece& piece = pieces_[taken % pieces];
        piece.arrived.wait();
        std::memcpy(to + taken * piece_floats, piece.memory.at(), size(taken));
    }
}

}  // namespace caloforge::engine::cuda
