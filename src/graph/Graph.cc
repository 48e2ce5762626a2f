#include "graph/Graph.hh"

#include <algorithm>

namespace caloforge::graph {

std::size_t Graph::readers(std::size_t operation) const {
    std::ptrdiff_t count = 0;
    for (const Operation& other : operations)
        count += std::count(other.inputs.begin(), other.inputs.end(), operation);
    count += std::count_if(outputs.begin(), outputs.end(),
                           [&](const Output& output) { return output.operation == operation; });
    return static_cast<std::size_t>(count);
}

sample::Shape image_of(const sample::Shape& shape) {
    sample::Shape out = shape;
    constexpr std::size_t axes = 4;
    if (shape.size() < axes) out.insert(out.begin() + 1, axes - shape.size(), 1);
    return out;
}

bool is_image(const sample::Shape& shape) {
    return shape.size() >= 2 && shape.size() <= 4;
}

std::int64_t zeros_after(const Convolution& convolution, const sample::Shape& made,
                         const sample::Shape& image, std::size_t axis) {
    const std::int64_t last = (image_of(made)[axis + 1] - 1) * convolution.stride[axis];
    return last + convolution.kernel[axis] - convolution.low[axis] - image_of(image)[axis + 1];
}

}  // namespace caloforge::graph
