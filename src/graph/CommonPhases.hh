#pragma once

#include <vector>

#include "graph/Operation.hh"

namespace caloforge::graph {

/// The phases of a convolution of a repeated input as one convolution of the coarse cells, with a filter for
/// every phase: they share a kernel that spans what all of them read, with zeros where one reads less.
struct CommonPhases {
    /// `made`: shape of what it makes; `image`: of the coarse input; both (C, X, Y, Z).
    CommonPhases(const Convolution& convolution, const sample::Shape& made, const sample::Shape& image);

    Triple kernel;
    Triple low;                  ///< zeros before the coarse input
    Triple high;                 ///< zeros after it; what is made covers the output, and may reach beyond it
    std::vector<float> weights;  ///< (filters, phase x, phase y, phase z, channels, kernel)
};

}  // namespace caloforge::graph
