#include "comm/Launch.hh"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <string>
#include <utility>

#include "comm/RankCommunicator.hh"
#include "core/Plugin.hh"

namespace caloforge::comm {
namespace {

constexpr const char* plugin = "libcaloforge_mpi.so";

/// How many processes the launcher says there are, and how it says so.
std::pair<int, std::string> launched() {
    // Open MPI; MPICH and others by PMI; Slurm's own launcher.
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && std::atoi(value) > 1)
            return {std::atoi(value), fmt::format("{}={}", name, value)};
    }
    return {1, ""};
}

std::string path_of_plugin() {
    if (const auto found = core::find_plugin(plugin)) return found->string();
    throw core::InputError(fmt::format(
        "{} is not beside the program: it was built without MPI, or installed in part. Build it where "
        "mpi.h is installed?",
        plugin));
}

}  // namespace

std::unique_ptr<Communicator> launch() {
    const auto [count, said] = launched();
    if (count == 1) return std::make_unique<SerialCommunicator>();
    const std::string path = path_of_plugin();
    // Global, for libraries that look for parts of themselves (Open MPI does).
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (library == nullptr) {
        throw core::InputError(fmt::format(
            "{} processes were started ({}), but MPI cannot be loaded ({}). Install Open MPI, or start one "
            "process without mpirun?",
            count, said, dlerror()));
    }
    const auto make = reinterpret_cast<MakeTransport>(dlsym(library, make_transport_name));
    std::array<char, 512> error{};
    Transport* transport = make == nullptr ? nullptr : make(error.data(), error.size());
    if (transport == nullptr) {
        throw core::InputError(
            fmt::format("{} processes were started ({}), but MPI does not begin ({}). Does the "
                        "launcher belong to the MPI that Caloforge was built with?",
                        count, said, error.data()));
    }
    if (transport->ranks() != count) {
        throw core::InputError(
            fmt::format("the launcher started {} processes ({}), MPI sees {}. Does the launcher belong "
                        "to the MPI that Caloforge was built with?",
                        count, said, transport->ranks()));
    }
    return std::make_unique<RankCommunicator>(*transport);
}

}  // namespace caloforge::comm
