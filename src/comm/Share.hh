#pragma once

#include "comm/Communicator.hh"

namespace caloforge::comm {

/// Of `count` things that all ranks share out, this rank's: [first, last). Ranks have one more or less than
/// others; together they have all, in order.
struct Share {
    std::size_t first = 0, last = 0;
};
inline Share share_of(std::size_t count, const Communicator& communicator) {
    const std::size_t ranks = communicator.ranks(), rank = communicator.rank();
    return {count * rank / ranks, count * (rank + 1) / ranks};
}

}  // namespace caloforge::comm
