#pragma once

#include <string>

#include "network/WeightsFile.hh"

namespace caloforge::onnx {

/// The network `role` of a weights file as an ONNX model (opset 13, with `scatter` layers 16): the bytes of a
/// `.onnx` file, which ONNX's own checker has accepted.
///
/// Inputs: the network's ports, float32 (N, shape...), and one for every random layer, named after it,
/// because no runtime has Caloforge's random numbers: (N, shape...), to be filled as its entry in the
/// metadata says. Outputs: the network's. N is free. Dropout does nothing, normalisation uses the stored
/// statistics (inference).
///
/// Metadata (metadata_props): `caloforge.version`, `caloforge.name`, and as JSON `caloforge.inputs` and
/// `caloforge.outputs` ({"energy": {"unit": "GeV", ...}, "latent": {"distribution": "normal", "stream": 0,
/// ...}}), and, where the file has them, `caloforge.conditions` and `caloforge.detector`. doc/format/onnx.md.
///
/// Throws InputError as WeightsFile::network() does, and for a model beyond the 2 GB that the format holds.
std::string onnx_model(const network::WeightsFile& file, const std::string& role);

}  // namespace caloforge::onnx
