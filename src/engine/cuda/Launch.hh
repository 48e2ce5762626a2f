#pragma once

#include <variant>

#include "engine/cuda/Bodies.hh"
#include "engine/cuda/ConvolutionBody.hh"
#include "engine/cuda/DenseBody.hh"
#include "engine/cuda/NoiseBodies.hh"
#include "engine/cuda/SplineBody.hh"

namespace caloforge::engine::cuda {

/// What a thread can run beside others of its kind.
using SmallWork =
    std::variant<InputBody, ConstantBody, UniformBody, NormalBody, GammaBody, PoissonBody, DenseWork,
                 GatherBody, MoveBody, CopyBody, SumBody, MaxBody, SoftmaxBody, SplineBody, ChooseBody,
                 LookupBody, ScatterBody, AddBody, MultiplyBody, SumOfProductsBody>;

/// One of them among a program's tables.
struct SequenceStep {
    std::uint32_t kind = 0;  ///< its place in SmallWork
    std::uint32_t items = 0;
    Table<std::byte> body;
};
/// Small works one after the other, in one kernel: no row needs what another makes, so a block of threads
/// that makes a block of rows waits for itself alone.
struct SequenceWork {
    Table<SequenceStep> steps;
    std::uint32_t count = 0;
};

/// What a kernel runs. Those of large layers are chosen when they are launched: DenseBody,
/// ConvolutionShapes.hh.
using Work = std::variant<SmallWork, ConvolutionWork, SequenceWork>;

struct Launch {
    Work work;
    std::uint32_t items = 0;
};

/// An output's way from the values of all rows to (rows, elements).
struct OutputWork {
    std::uint32_t before = 0;  ///< elements of the outputs before this one
    std::uint32_t elements = 0;
    std::uint32_t from = 0;  ///< first element among a row's values
};

}  // namespace caloforge::engine::cuda
