#pragma once

#include <span>

#include "sample/Columns.hh"

namespace caloforge::engine::cpu {

/// The values of all rows for every input of a network, into `values`, in the order of its ports. `given` may
/// hold more. Throws InputError for an input that is missing or of another number of rows.
void find_inputs(const sample::Fields& inputs, const sample::ColumnsView& given, std::size_t rows,
                 std::span<std::span<const float>> values);

/// Throws InputError where `out` is not a place for all rows of every output.
void check_outputs(const sample::Fields& outputs, std::span<const std::span<float>> out, std::size_t rows);

}  // namespace caloforge::engine::cpu
