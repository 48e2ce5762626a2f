#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/cpu/PhasedConvolution.hh"
#include "graph/Graph.hh"
#include "kernels/BlockedDense.hh"
#include "kernels/Functions.hh"
#include "kernels/SplineSample.hh"

namespace caloforge::engine::cpu {

/// A convolution with the inputs that are added to it (graph::Convolution).
struct ConvolutionStep {
    PhasedConvolution convolution;
    std::size_t image_addend = 0;
    std::size_t channel_addend = 0;
    bool activate = false;  ///< leaky ReLU
    float slope = 1;
};

/// What a step does: kernels, and those operations that need none.
using Work =
    std::variant<graph::Input, graph::Constant, graph::Random, kernels::BlockedDense, ConvolutionStep,
                 graph::Gather, graph::Sum, graph::Max, graph::Softmax, graph::Concat, graph::Interleave,
                 graph::Move, kernels::SplineSample, graph::Choose, graph::Lookup, graph::Scatter, graph::Add,
                 graph::Multiply, graph::SumOfProducts, graph::Pointwise>;

/// A function applied to what a step makes, with parameters for every channel or once for all.
struct AppliedFunction {
    kernels::Function function;
    std::size_t channels = 1;
    std::vector<float> parameters;  ///< (channels, parameters)
};

/// What a step costs, for one row.
struct StepCost {
    std::string layer;  ///< last of those that it stands for
    const char* operation = "";
    sample::Shape shape;
    std::int64_t nominal_macs = 0;
};

/// An operation with what its kernel needs.
struct Step {
    Work work;
    std::vector<std::size_t> inputs;  ///< steps before this one
    std::size_t elements = 0;         ///< of its output
    std::vector<AppliedFunction> after;
    StepCost cost;
    /// Where it lies in the memory of a run, floats: for 16 rows together, and for one.
    struct Place {
        std::size_t output = 0;
        std::size_t scratch = 0;
    };
    Place together;
    Place alone;
};

/// The operations of a graph as steps, without their places.
std::vector<Step> compile(graph::Graph graph);

}  // namespace caloforge::engine::cpu
