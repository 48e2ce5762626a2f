#pragma once

#include <cstddef>

#include "comm/Communicator.hh"

namespace caloforge::comm {

/// The ranks of one host, which share its memory, cores and GPUs.
struct Neighbours {
    std::size_t index = 0;  ///< of this rank among them
    std::size_t count = 1;  ///< this rank included
};

/// Those of this rank. All ranks ask.
Neighbours neighbours(Communicator& communicator);

}  // namespace caloforge::comm
