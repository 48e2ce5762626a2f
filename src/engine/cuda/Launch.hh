#pragma once

#include <variant>

#include "engine/cuda/Bodies.hh"
#include "engine/cuda/ConvolutionBody.hh"
#include "engine/cuda/DenseBody.hh"
#include "engine/cuda/NoiseBodies.hh"
#include "engine/cuda/SplineBody.hh"

namespace caloforge::engine::cuda {

/// What a kernel runs. Those of large layers are chosen when they are launched: DenseBody,
/// ConvolutionShapes.hh.
using Work = std::variant<InputBody, ConstantBody, UniformBody, NormalBody, GammaBody, PoissonBody, DenseWork,
                          ConvolutionWork, GatherBody, CopyBody, SumBody, MaxBody, SoftmaxBody, SplineBody,
                          AddBody, MultiplyBody, SumOfProductsBody>;

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
