#pragma once

#include <vector>

#include "network/LayerPlan.hh"

namespace caloforge::network {

/// A convolution layer along one spatial axis.
struct ConvolutionAxis {
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    /// Zeros before and after the input; of a transposed convolution: cells cut off at both ends.
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::int64_t output = 1;  ///< cells
};

/// The layer types that are convolutions of some kind.
const std::vector<std::string>& convolution_types();
/// Whether a layer type is one, and of which kind.
bool is_convolution(const std::string& type);
bool is_transposed(const std::string& type);

/// The spatial axes of a `conv1d`, `conv2d` or `conv3d` layer, transposed or not, on an input of shape (C,
/// X[, Y[, Z]]). "same" puts the extra cell of an even kernel on the high side, as TensorFlow does.
/// Throws InputError naming the layer when they do not fit.
std::vector<ConvolutionAxis> convolution_axes(const Layer& layer, const Shape& input);

LayerPlan plan_convolution(const Layer& layer, const std::vector<Shape>& inputs);

}  // namespace caloforge::network
