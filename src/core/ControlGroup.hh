#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace caloforge::core {

/// What the control groups (versions 1 and 2) that this process is in let it have, each the least of all
/// groups from its own to the outermost that is visible. Empty: no limit.
struct GroupLimits {
    std::optional<double> cores;               ///< processor seconds per second
    std::optional<std::uint64_t> memory_left;  ///< bytes: limit less what is in use
};

/// `root`: of the file system whose proc/self/cgroup and sys/fs/cgroup are read. Files that are missing or
/// hold something else count as no limit.
GroupLimits group_limits(const std::filesystem::path& root = "/");

}  // namespace caloforge::core
