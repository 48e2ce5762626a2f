#include "graph/Passes.hh"

namespace caloforge::graph {
namespace {

// The elements of an input that a list of elements of a product was made from.
std::vector<std::int32_t> sources(const std::vector<std::int32_t>& elements,
                                  const std::vector<std::int32_t>& index, bool single) {
    std::vector<std::int32_t> out;
    out.reserve(elements.size());
    for (const std::int32_t element : elements)
        out.push_back(!index.empty() ? index[static_cast<std::size_t>(element)] : single ? 0 : element);
    return out;
}

}  // namespace

Graph fuse_products(Graph graph) {
    for (Operation& operation : graph.operations) {
        if (!operation.is<Sum>()) continue;
        const Operation& product = graph.operations[operation.inputs[0]];
        if (!product.is<Multiply>() || !product.after.empty() || graph.readers(operation.inputs[0]) != 1)
            continue;
        const auto single = [&](std::size_t which) {
            return graph.operations[product.inputs[which]].elements() != product.elements();
        };
        const Pairs& pairs = product.as<Multiply>()->pairs;
        Sum& sum = *operation.as<Sum>();
        SumOfProducts both;
        both.pairs.first = sources(sum.lists.elements, pairs.first, single(0));
        both.pairs.second = sources(sum.lists.elements, pairs.second, single(1));
        both.begins = std::move(sum.lists.begins);
        both.scale = sum.scale;
        operation.nominal_macs += product.nominal_macs;
        operation.inputs = product.inputs;
        operation.kind = std::move(both);
    }
    return drop_unused(std::move(graph));
}

}  // namespace caloforge::graph
