#pragma once

#include <cstdint>
#include <string>

#include "Bench.hh"
#include "TrainOptions.hh"
#include "comm/Communicator.hh"
#include "infer/Backend.hh"
#include "validate/classifier/Judge.hh"

namespace caloforge::app {

/// What of the command needs libtorch: a plug-in, app/plugin, that is loaded when it is asked for. Its code
/// uses the program's own, so both are always of one build.
struct TorchPart {
    /// All ranks. Throws as train::Training does.
    void (*train)(const TrainOptions& options, comm::Communicator& communicator);
    void (*bench_train)(const BenchOptions& options);
    /// Lives as long as the program.
    const validate::Judge& (*network_judge)();
    const validate::Judge& (*residual_judge)();
    infer::MakeTorchBackend backend;
};
/// What the plug-in exports: returns a TorchPart that lives as long as the program.
extern "C" using TorchPartFunction = const TorchPart * (*)();
inline constexpr const char* torch_part_name = "caloforge_torch_part";

/// Why the plug-in is not there, or "".
std::string torch_missing();
/// Loads it. Throws InputError saying that `what` needs libtorch, and why there is none.
const TorchPart& torch_part(const std::string& what);

}  // namespace caloforge::app
