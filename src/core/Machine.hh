#pragma once

#include "core/Json.hh"

namespace caloforge::core {

/// What this program runs on: {"cpu", "cores", "isa", "memory_gib", "system", "compiler"}.
Json describe_machine();

/// `asked`, or for 0 as many threads as this process may run at a time: the processors that it is bound to,
/// and no more than its control groups' quota, rounded up. At least one.
std::size_t thread_count(std::size_t asked);

/// "?" when it has none.
std::string host_name();

/// Now, as ISO 8601 in UTC.
std::string utc_now();

/// The most memory this process has held, bytes.
std::uint64_t peak_memory();

/// Memory that this process could still take without others losing theirs, bytes: of the machine, or of the
/// control groups that it runs in. 0: unknown.
std::uint64_t available_memory();

}  // namespace caloforge::core
