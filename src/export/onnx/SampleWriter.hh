#pragma once

#include <string>

#include "export/onnx/GraphWriter.hh"
#include "network/RandomLayers.hh"

namespace caloforge::onnx {

/// Writes a `sample` layer as nodes that make the value `out` from `parameters` (N, 2 + J, ...) and `uniform`
/// (N, 1, ...), which have `axes` axes besides the batch's.
void write_sample(const network::SampleRule& rule, std::size_t axes, const std::string& parameters,
                  const std::string& uniform, const std::string& out, GraphWriter& graph);

}  // namespace caloforge::onnx
