#pragma once

#include "core/Json.hh"

namespace caloforge::core {

/// What this program runs on: {"cpu", "cores", "isa", "memory_gib", "system", "compiler"}.
Json describe_machine();

/// `asked`, or for 0 as many threads as this machine runs at a time; at least one.
std::size_t thread_count(std::size_t asked);

/// Now, as ISO 8601 in UTC.
std::string utc_now();

/// The most memory this process has held, bytes.
std::uint64_t peak_memory();

}  // namespace caloforge::core
