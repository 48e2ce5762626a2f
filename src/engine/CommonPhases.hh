#pragma once

#include <vector>

#include "engine/Graph.hh"

namespace caloforge::engine {

/// The phases of a convolution of a repeated input as one convolution of the coarse cells, with a filter for
/// every phase: they share a kernel that spans what all of them read, with zeros where one reads less.
struct CommonPhases {
    /// `image`: shape of the coarse input (C, X, Y, Z).
    CommonPhases(const Operation& convolution, const network::Shape& image);

    Operation::Triple kernel;
    Operation::Triple low;       ///< zeros before the coarse input
    Operation::Triple high;      ///< zeros after it; what is made covers the output, and may reach beyond it
    std::vector<float> weights;  ///< (filters, phase x, phase y, phase z, channels, kernel)
};

}  // namespace caloforge::engine
