#pragma once

#include <vector>

#include "export/onnx/GraphWriter.hh"
#include "network/NetworkSpec.hh"

namespace caloforge::onnx {

/// Writes a layer as ONNX nodes whose last makes a value named after the layer. `inputs` are the shapes of
/// its inputs, `output` of what it makes, `tensors` the prefix under which its tensors are in the graph. A
/// `random` layer makes nothing: it is an input. Throws InputError for a type that it does not know.
void write_layer(const network::Layer& layer, const std::vector<network::Shape>& inputs,
                 const network::Shape& output, const std::string& tensors, GraphWriter& graph);

/// The layer types that it knows, sorted.
std::vector<std::string> written_types();

}  // namespace caloforge::onnx
