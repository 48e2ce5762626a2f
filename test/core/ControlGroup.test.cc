#include "core/ControlGroup.hh"

#include <gtest/gtest.h>

#include <fstream>

#include "core/TemporaryFolder.hh"

namespace caloforge::core {
namespace {

/// A file system of its own.
struct ControlGroup : testing::Test {
    void put(const std::string& name, const std::string& text) {
        const auto path = folder / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }
    test::TemporaryFolder folder;
};

TEST_F(ControlGroup, NoneNoLimits) {
    EXPECT_FALSE(group_limits(folder.path()).cores);
    EXPECT_FALSE(group_limits(folder.path()).memory_left);
}

TEST_F(ControlGroup, Version2TakesTheLeastOfAllGroups) {
    put("proc/self/cgroup", "0::/slurm/job_7/step_0\n");
    put("sys/fs/cgroup/slurm/cpu.max", "400000 100000\n");
    put("sys/fs/cgroup/slurm/job_7/cpu.max", "150000 100000\n");
    put("sys/fs/cgroup/slurm/job_7/step_0/cpu.max", "max 100000\n");
    put("sys/fs/cgroup/slurm/job_7/memory.max", "1000\n");
    put("sys/fs/cgroup/slurm/job_7/memory.current", "400\n");
    put("sys/fs/cgroup/slurm/memory.max", "max\n");
    put("sys/fs/cgroup/slurm/memory.current", "900\n");
    const GroupLimits limits = group_limits(folder.path());
    EXPECT_EQ(limits.cores, 1.5);
    EXPECT_EQ(limits.memory_left, 600U);
}

TEST_F(ControlGroup, InAContainerTheOutermostFolderIsTheGroup) {
    put("proc/self/cgroup", "0::/\n");
    put("sys/fs/cgroup/cpu.max", "50000 100000\n");
    put("sys/fs/cgroup/memory.max", "1000\n");
    put("sys/fs/cgroup/memory.current", "2000\n");
    EXPECT_EQ(group_limits(folder.path()).cores, 0.5);
    EXPECT_EQ(group_limits(folder.path()).memory_left, 0U);
}

TEST_F(ControlGroup, Version1) {
    put("proc/self/cgroup", "12:cpu,cpuacct:/docker/abc\n5:memory:/docker/abc\n1:name=systemd:/x\n");
    put("sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us", "250000\n");
    put("sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us", "100000\n");
    put("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "5000\n");
    put("sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", "1000\n");
    EXPECT_EQ(group_limits(folder.path()).cores, 2.5);
    EXPECT_EQ(group_limits(folder.path()).memory_left, 4000U);
}

TEST_F(ControlGroup, Version1WithoutLimits) {
    put("proc/self/cgroup", "4:cpu:/\n5:memory:/\n");
    put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    put("sys/fs/cgroup/memory/memory.usage_in_bytes", "1000\n");
    EXPECT_FALSE(group_limits(folder.path()).cores);
    EXPECT_FALSE(group_limits(folder.path()).memory_left);
}

TEST_F(ControlGroup, NonsenseIsNoLimit) {
    put("proc/self/cgroup", "nonsense\n0:\n::\n0::relative\n");
    put("sys/fs/cgroup/relative/cpu.max", "0 0\n");
    put("sys/fs/cgroup/cpu.max", "many\n");
    EXPECT_FALSE(group_limits(folder.path()).cores);
}

}  // namespace
}  // namespace caloforge::core
