#include "graph/Passes.hh"

namespace caloforge::graph {

Graph compose_gathers(Graph graph) {
    for (Operation& operation : graph.operations) {
        Gather* gather = operation.as<Gather>();
        if (gather == nullptr) continue;
        // What it reads was composed before: one step back is all the way.
        const Operation& before = graph.operations[operation.inputs[0]];
        const Gather* source = before.as<Gather>();
        if (source == nullptr || !before.after.empty()) continue;
        for (std::int32_t& element : gather->index)
            if (element >= 0) element = source->index[static_cast<std::size_t>(element)];
        operation.inputs = before.inputs;
    }
    return drop_unused(std::move(graph));
}

}  // namespace caloforge::graph
