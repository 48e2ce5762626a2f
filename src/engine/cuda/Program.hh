#pragma once

#include <cstddef>
#include <vector>

#include "engine/cpu/Compiled.hh"
#include "engine/cuda/Launch.hh"

namespace caloforge::engine::cuda {

/// A compiled network as kernels to be launched, one after the other or as `after` allows, for any
/// number of rows. Knows no
/// device: it is run on GPUs (Engine.hh) and, in tests, on the host. Plain data.
struct Program {
    sample::Fields inputs;
    sample::Fields outputs;
    std::vector<std::byte> tables;  ///< weights and indices that the launches name
    std::vector<Launch> launches;
    std::vector<std::vector<std::uint32_t>> after;  ///< by launch: those that it waits for (Order.hh)
    std::vector<OutputWork> output_works;           ///< in the order of the outputs
    std::size_t row_floats = 0;                     ///< of values, of one row
    std::size_t input_floats = 0;                   ///< of all inputs, of one row
    std::size_t output_floats = 0;
};

/// Throws InputError for a network whose rows are too large for the tables' 32-bit numbers.
Program make_program(const cpu::CompiledNetwork& network);

}  // namespace caloforge::engine::cuda
