#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/cpu/Step.hh"
#include "network/WeightsFile.hh"

namespace caloforge::engine::cpu {

/// Which of the graph's passes are made. none: the network as written, for tests.
enum class Passes { all, none };

/// A network as the steps that every engine runs, whatever the device.
struct CompiledNetwork {
    sample::Fields inputs;
    sample::Fields outputs;
    std::vector<std::size_t> made_by;  ///< by output: its step
    std::vector<Step> steps;           ///< without their places
};

/// Throws InputError for a network the engine cannot run, naming the layer.
CompiledNetwork compile_network(const network::WeightsFile& file, const std::string& role,
                                Passes passes = Passes::all);

/// A step of a compiled network, for one row.
struct PlanEntry {
    std::string layer;      ///< the last of those that it stands for
    std::string operation;  ///< "dense", "convolution", ... (graph/Operation.hh)
    sample::Shape shape;
    /// Multiply-adds of the layers that it stands for as written; functions of single numbers count one each.
    std::int64_t nominal_macs = 0;
    std::int64_t macs = 0;  ///< those that it really does
    std::size_t bytes = 0;  ///< of its weights
};

/// What was compiled, step by step.
std::vector<PlanEntry> plan_of(const std::vector<Step>& steps);

}  // namespace caloforge::engine::cpu
