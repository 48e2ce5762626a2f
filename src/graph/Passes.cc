#include "graph/Passes.hh"

#include <algorithm>
#include <utility>

namespace caloforge::graph {
namespace {

bool only_pointwise(const Operation& operation) {
    return operation.is<Pointwise>() && operation.inputs.size() == 1;
}

// Puts `to` in the place of what `from` made.
void redirect(Graph& graph, std::size_t from, std::size_t to) {
    for (Operation& other : graph.operations)
        std::replace(other.inputs.begin(), other.inputs.end(), from, to);
    for (Graph::Output& output : graph.outputs) {
        if (output.operation == from) output.operation = to;
    }
}

}  // namespace

Graph fuse_pointwise(Graph graph) {
    for (std::size_t i = 0; i < graph.operations.size(); ++i) {
        Operation& operation = graph.operations[i];
        if (!only_pointwise(operation)) continue;
        const std::size_t from = operation.inputs[0];
        Operation& source = graph.operations[from];
        // The input is the caller's, and random numbers are one where others compute (graph/Written.hh).
        if (source.is<Input>() || source.is<Random>() || graph.readers(from) != 1) continue;
        // Channels are those of the shape that the functions were written for.
        if (source.shape != operation.shape) continue;
        source.after.insert(source.after.end(), operation.after.begin(), operation.after.end());
        source.name = operation.name;
        source.nominal_macs += operation.nominal_macs;
        operation.after.clear();
        operation.inputs.clear();
        redirect(graph, i, from);
    }
    return drop_unused(std::move(graph));
}

Graph drop_unused(Graph graph) {
    const std::size_t count = graph.operations.size();
    std::vector<bool> used(count, false);
    for (const Graph::Output& output : graph.outputs) used[output.operation] = true;
    for (std::size_t i = 0; i < count; ++i)  // ports have their places even where nothing reads them
        used[i] = used[i] || graph.operations[i].is<Input>();
    for (std::size_t i = count; i-- > 0;) {
        if (!used[i]) continue;
        for (const std::size_t from : graph.operations[i].inputs) used[from] = true;
    }
    std::vector<Operation> kept;
    std::vector<std::size_t> place(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        if (!used[i]) continue;
        place[i] = kept.size();
        kept.push_back(std::move(graph.operations[i]));
        for (std::size_t& from : kept.back().inputs) from = place[from];
    }
    graph.operations = std::move(kept);
    for (Graph::Output& output : graph.outputs) output.operation = place[output.operation];
    return graph;
}

Graph optimised(Graph graph, const SumTaps& sum) {
    return fuse_pointwise(fold_linear_chains(fuse_upsampling(fuse_pointwise(std::move(graph))), sum));
}

}  // namespace caloforge::graph
