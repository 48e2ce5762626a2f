#include "comm/Neighbours.hh"

#include <algorithm>

#include "core/Machine.hh"

namespace caloforge::comm {

Neighbours neighbours(Communicator& communicator) {
    const auto hosts = communicator.gather(core::host_name());
    const auto mine = hosts.begin() + static_cast<std::ptrdiff_t>(communicator.rank());
    return {static_cast<std::size_t>(std::count(hosts.begin(), mine, *mine)),
            static_cast<std::size_t>(std::count(hosts.begin(), hosts.end(), *mine))};
}

}  // namespace caloforge::comm
