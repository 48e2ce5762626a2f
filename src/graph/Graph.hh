#pragma once

#include <string>
#include <vector>

#include "graph/Operation.hh"
#include "sample/Field.hh"

namespace caloforge::graph {

/// A network as operations in order of execution; the first are the inputs.
struct Graph {
    struct Output {
        sample::Field field;
        std::size_t operation;  ///< that makes it
    };
    std::string name;
    sample::Fields inputs;
    std::vector<Operation> operations;
    std::vector<Output> outputs;

    /// How many operations and outputs read this one.
    std::size_t readers(std::size_t operation) const;
};

/// The shape (C, X, Y, Z) of an image; those of flatter ones, (C, X, Y) and (C, X), become (C, 1, X, Y) and
/// (C, 1, 1, X).
sample::Shape image_of(const sample::Shape& shape);
/// Whether a shape is that of an image.
bool is_image(const sample::Shape& shape);

/// Zeros that a convolution of factor 1 wants behind the last cell of its image along an axis; `made`: the
/// shape of what it makes. Negative: cells that it does not reach.
std::int64_t zeros_after(const Convolution& convolution, const sample::Shape& made,
                         const sample::Shape& image, std::size_t axis);

}  // namespace caloforge::graph
