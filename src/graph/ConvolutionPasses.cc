#include <algorithm>
#include <utility>

#include "graph/Passes.hh"
#include "graph/Phases.hh"

namespace caloforge::graph {
namespace {

const Triple ones = {1, 1, 1};

// Only the order of the elements in memory, which stays.
bool keeps_memory(const Operation& operation, std::int64_t input_elements) {
    const auto* gather = operation.as<Gather>();
    if (!gather || !operation.after.empty() || operation.elements() != input_elements) return false;
    for (std::size_t i = 0; i < gather->index.size(); ++i) {
        if (gather->index[i] != static_cast<std::int32_t>(i)) return false;
    }
    return true;
}

// Many phases of a large kernel would take more weights, or longer to sum them, than they can save.
bool worth_splitting(const Convolution& phased, std::int64_t channels, std::int64_t filters) {
    constexpr std::int64_t most_work = std::int64_t{1} << 26;
    const auto& [fx, fy, fz] = phased.factor;
    const std::int64_t phases = sample::saturating_product(sample::saturating_product(fx, fy), fz);
    return phases <= most_phases && phase_weights(phased, channels, filters) <= most_rewritten_weights &&
           sample::saturating_product(phases, static_cast<std::int64_t>(phased.weights.size())) <= most_work;
}

}  // namespace

Graph fuse_upsampling(Graph graph) {
    for (Operation& operation : graph.operations) {
        auto* convolution = operation.as<Convolution>();
        if (!convolution || convolution->zeros_between) continue;
        // The operation that makes the image, if nobody else reads it.
        const auto sole_source = [&]() -> Operation* {
            const std::size_t from = operation.inputs[0];
            Operation& source = graph.operations[from];
            return source.after.empty() && graph.readers(from) == 1 ? &source : nullptr;
        };
        if (Operation* source = sole_source(); source && source->is<Pad>()) {
            const Triple low = source->as<Pad>()->low;
            for (std::size_t axis = 0; axis < 3; ++axis) convolution->low[axis] += low[axis];
            operation.inputs = std::exchange(source->inputs, {});
        }
        const Operation* source = sole_source();
        if (source && source->is<Upsample>() && convolution->stride == ones) {
            Convolution phased = *convolution;
            phased.factor = source->as<Upsample>()->factor;
            if (!worth_splitting(phased, source->shape[0], operation.shape[0])) continue;
            operation.kind = std::move(phased);
            operation.inputs = source->inputs;
        }
    }
    return drop_unused(std::move(graph));
}

Graph fold_linear_chains(Graph graph, const SumTaps& sum) {
    for (Operation& operation : graph.operations) {
        const auto* convolution = operation.as<Convolution>();
        if (!convolution || convolution->zeros_between || convolution->factor != ones ||
            convolution->stride != ones)
            continue;
        const std::size_t between = operation.inputs[0];
        const Operation& shaped = graph.operations[between];
        if (shaped.inputs.size() != 1 || graph.readers(between) != 1) continue;
        const Operation& dense = graph.operations[shaped.inputs[0]];
        if (!dense.is<Dense>() || !dense.after.empty() || graph.readers(shaped.inputs[0]) != 1) continue;
        if (!keeps_memory(shaped, dense.elements()) || !worth_folding(dense, operation, shaped.shape))
            continue;
        operation = folded(dense, operation, shaped.shape, sum);
    }
    return drop_unused(std::move(graph));
}

Graph fuse_sums(Graph graph) {
    for (Operation& sum : graph.operations) {
        if (!sum.is<Add>()) continue;
        // Of two convolutions the later one, which the other is ready for.
        const auto [first, last] = std::minmax(sum.inputs[0], sum.inputs[1]);
        for (const auto& [host, other] : {std::pair{last, first}, std::pair{first, last}}) {
            const Operation& hosting = graph.operations[host];
            const auto* convolution = hosting.as<Convolution>();
            if (!convolution || !hosting.after.empty() || convolution->channel_addend > 0 ||
                hosting.shape != sum.shape || graph.readers(host) != 1)
                continue;
            const sample::Shape& added = graph.operations[other].shape;
            sample::Shape per_channel(sum.shape.size(), 1);
            per_channel[0] = sum.shape[0];
            const bool image = added == sum.shape && convolution->image_addend == 0;
            if (!image && added != per_channel) continue;
            Operation made = hosting;
            made.inputs.push_back(other);
            auto& with_addend = *made.as<Convolution>();
            (image ? with_addend.image_addend : with_addend.channel_addend) = made.inputs.size() - 1;
            made.name = sum.name;
            made.nominal_macs += sum.nominal_macs;
            made.after = std::move(sum.after);
            graph.operations[host].inputs.clear();
            sum = std::move(made);
            break;
        }
    }
    return drop_unused(std::move(graph));
}

}  // namespace caloforge::graph
