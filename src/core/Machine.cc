#include "core/Machine.hh"

#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

#include "core/ControlGroup.hh"

namespace caloforge::core {
namespace {

std::string cpu_name() {
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);) {
        const auto colon = line.find(':');
        if (line.rfind("model name", 0) != 0 || colon == std::string::npos) continue;
        const auto name = line.find_first_not_of(" \t", colon + 1);
        if (name != std::string::npos) return line.substr(name);
    }
    return "unknown";
}

/// The widest instruction set that matters for the networks.
std::string instruction_set() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bf16")) return "avx512-bf16";
    if (__builtin_cpu_supports("avx512f")) return "avx512";
    if (__builtin_cpu_supports("avx2")) return "avx2";
    return "x86-64";
#else
    return "other";
#endif
}

}  // namespace

Json describe_machine() {
    utsname system{};
    ::uname(&system);
    const double bytes =
        static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGE_SIZE));
    constexpr double gib = 1024.0 * 1024.0 * 1024.0;
    return {{"cpu", cpu_name()},
            {"cores", thread_count(0)},
            {"isa", instruction_set()},
            {"memory_gib", static_cast<int>(bytes / gib + 0.5)},
            {"system", std::string(system.sysname) + " " + system.release},
            {"compiler", __VERSION__}};
}

std::size_t thread_count(std::size_t asked) {
    if (asked > 0) return asked;
    std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    // On machines with more processors than the set has bits this is unknown.
    cpu_set_t ours;
    CPU_ZERO(&ours);
    if (::sched_getaffinity(0, sizeof ours, &ours) == 0)
        cores = std::min(cores, static_cast<std::size_t>(std::max(1, CPU_COUNT(&ours))));
    if (const auto quota = group_limits().cores)
        cores = std::min(cores, static_cast<std::size_t>(std::max(1.0, std::ceil(*quota))));
    return cores;
}

std::string host_name() {
    char name[256] = "";
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "?";
}

std::string utc_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

std::uint64_t available_memory() {
    std::uint64_t free = 0;
    std::ifstream system("/proc/meminfo");
    for (std::string name; system >> name;) {
        if (name == "MemAvailable:" && system >> free) free *= 1024;
        system.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    if (const auto left = group_limits().memory_left) free = free == 0 ? *left : std::min(free, *left);
    return free;
}

std::uint64_t peak_memory() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace caloforge::core
