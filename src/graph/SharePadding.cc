#include <algorithm>

#include "graph/Passes.hh"

namespace caloforge::graph {
namespace {

// A convolution that could read a padded image as well, or null.
Convolution* padding_reader(Operation& operation) {
    auto* convolution = operation.as<Convolution>();
    const bool plain = convolution && !convolution->zeros_between && convolution->factor == Triple{1, 1, 1};
    return plain ? convolution : nullptr;
}

// Zeros before and after an image.
struct Zeros {
    Triple low{}, high{};
};

}  // namespace

Graph share_padding(Graph graph) {
    Graph out{graph.name, graph.inputs, {}, graph.outputs};
    std::vector<std::size_t> place(graph.operations.size(), 0);
    for (std::size_t i = 0; i < graph.operations.size(); ++i) {
        Operation& image = graph.operations[i];
        for (std::size_t& from : image.inputs) from = place[from];
        place[i] = out.operations.size();
        const sample::Shape shape = image.shape;
        const std::string name = image.name;
        out.operations.push_back(std::move(image));
        if (!is_image(shape)) continue;
        // What the convolutions of this image want around it.
        Zeros most;
        std::vector<Operation*> readers;
        for (std::size_t j = i + 1; j < graph.operations.size(); ++j) {
            Operation& reader = graph.operations[j];
            const Convolution* convolution = padding_reader(reader);
            if (!convolution || reader.inputs[0] != i) continue;
            bool any = false;
            for (std::size_t a = 0; a < 3; ++a) {
                const std::int64_t after = zeros_after(*convolution, reader.shape, shape, a);
                most.low[a] = std::max(most.low[a], convolution->low[a]);
                most.high[a] = std::max(most.high[a], after);
                any = any || convolution->low[a] > 0 || after > 0;
            }
            if (any) readers.push_back(&reader);
        }
        if (readers.size() < 2) continue;
        Operation padded;
        padded.name = name;
        padded.kind = Pad{most.low};
        padded.inputs = {place[i]};
        padded.shape = shape;
        for (std::size_t axis = 1; axis < shape.size(); ++axis) {
            const std::size_t a = axis + 3 - shape.size();  // a flatter image lacks the first axes
            padded.shape[axis] += most.low[a] + most.high[a];
        }
        // Zeros far around are cheaper left to each convolution, which checks what it can hold.
        constexpr std::int64_t worth = 4;  // times the image
        if (padded.elements() > worth * sample::element_count(shape)) continue;
        const std::size_t number = graph.operations.size() + out.operations.size();
        for (Operation* reader : readers) {
            reader->inputs[0] = number;  // beyond all others until it has a place
            auto& low = reader->as<Convolution>()->low;
            for (std::size_t a = 0; a < 3; ++a) low[a] -= most.low[a];
        }
        place.resize(std::max(place.size(), number + 1), 0);
        place[number] = out.operations.size();
        out.operations.push_back(std::move(padded));
    }
    for (Graph::Output& output : out.outputs) output.operation = place[output.operation];
    return out;
}

}  // namespace caloforge::graph
