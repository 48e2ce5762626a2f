#include "core/ControlGroup.hh"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace caloforge::core {
namespace {
namespace fs = std::filesystem;

/// The first word of a file as a number; nothing for other words ("max") and missing files.
std::optional<double> number_in(const fs::path& file) {
    double value = 0;
    if (std::ifstream(file) >> value) return value;
    return {};
}

template <class Value>
void lower(std::optional<Value>& limit, Value value) {
    limit = limit ? std::min(*limit, value) : value;
}

void lower_cores(GroupLimits& limits, std::optional<double> quota, std::optional<double> period) {
    if (quota && period && *quota > 0 && *period > 0) lower(limits.cores, *quota / *period);
}

void lower_memory(GroupLimits& limits, std::optional<double> most, std::optional<double> used) {
    // Version 1 says "no limit" with a number near 2^63.
    constexpr double unlimited = 0x1p62;
    if (most && used && *most < unlimited)
        lower(limits.memory_left, static_cast<std::uint64_t>(std::max(0.0, *most - *used)));
}

void read_version_2(const fs::path& group, GroupLimits& limits) {
    std::ifstream in(group / "cpu.max");  // "50000 100000" or "max 100000"
    double quota = 0, period = 0;
    if (in >> quota >> period) lower_cores(limits, quota, period);
    lower_memory(limits, number_in(group / "memory.max"), number_in(group / "memory.current"));
}

void read_version_1_cpu(const fs::path& group, GroupLimits& limits) {
    lower_cores(limits, number_in(group / "cpu.cfs_quota_us"), number_in(group / "cpu.cfs_period_us"));
}

void read_version_1_memory(const fs::path& group, GroupLimits& limits) {
    lower_memory(limits, number_in(group / "memory.limit_in_bytes"),
                 number_in(group / "memory.usage_in_bytes"));
}

/// Calls read() for a group and those around it. In a container the group's path is often one of the host,
/// where only the outermost folder is to be seen.
template <class Read>
void for_groups(const fs::path& mount, const std::string& group, const Read& read) {
    for (fs::path path = fs::path(group).relative_path(); !path.empty(); path = path.parent_path())
        read(mount / path);
    read(mount);
}

}  // namespace

GroupLimits group_limits(const fs::path& root) {
    GroupLimits limits;
    const fs::path mounts = root / "sys/fs/cgroup";
    std::ifstream in(root / "proc/self/cgroup");  // lines NUMBER:CONTROLLERS:GROUP, of version 2 0::GROUP
    for (std::string line; std::getline(in, line);) {
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        const std::string group = line.substr(second + 1);
        if (controllers.empty()) {
            for_groups(mounts, group, [&](const fs::path& path) { read_version_2(path, limits); });
            continue;
        }
        std::istringstream each(controllers);
        for (std::string name; std::getline(each, name, ',');) {
            for (const fs::path& mount : {mounts / controllers, mounts / name}) {
                for_groups(mount, group, [&](const fs::path& path) {
                    if (name == "cpu") read_version_1_cpu(path, limits);
                    if (name == "memory") read_version_1_memory(path, limits);
                });
            }
        }
    }
    return limits;
}

}  // namespace caloforge::core
