#pragma once

#include <string>
#include <vector>

#include "export/onnx/GraphWriter.hh"
#include "network/PointwiseLayers.hh"

namespace caloforge::onnx {

/// Writes a function of single numbers as nodes that make the value `out` from the value `x`. `parameters`:
/// in the order of the row.
void write_pointwise(const network::PointwiseLayer& row, const std::vector<double>& parameters,
                     const std::string& x, const std::string& out, GraphWriter& graph);

/// The operations of expressions that it knows, sorted.
std::vector<std::string> expression_operations();

}  // namespace caloforge::onnx
