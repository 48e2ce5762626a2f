#pragma once

#include <cstddef>

namespace caloforge::app {

/// Seconds that a fixed number of multiply-adds in registers takes, shared by so many threads: what threads
/// can gain at most on this machine at this time.
double multiply_add_seconds(std::size_t threads);

}  // namespace caloforge::app
