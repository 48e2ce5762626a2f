#pragma once

#include <cstdint>

#include "network/NetworkPlan.hh"

namespace caloforge::family::gan3d {

/// Bytes that a process which trains the 3DGAN holds at most, in float32 on the CPU, with `showers` passing
/// through the networks at once: the numbers that every layer of both makes, times what was measured
/// (doc/scaling.md), and the program with libtorch. A guide within a third, before anything is allocated.
std::uint64_t predicted_memory(const network::NetworkPlan& generator,
                               const network::NetworkPlan& discriminator, std::size_t showers);

}  // namespace caloforge::family::gan3d
