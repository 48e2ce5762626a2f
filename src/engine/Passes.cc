#include "engine/Passes.hh"

#include <algorithm>
#include <utility>

#include "engine/FoldedDense.hh"
#include "engine/PhasedConvolution.hh"

namespace caloforge::engine {
namespace {

using Kind = Operation::Kind;

bool only_pointwise(const Operation& operation) {
    return operation.kind == Kind::pointwise && operation.inputs.size() == 1;
}

// Only the order of the elements in memory, which stays.
bool keeps_memory(const Operation& operation, std::int64_t input_elements) {
    if (operation.kind != Kind::gather || !operation.after.empty() || operation.elements() != input_elements)
        return false;
    for (std::size_t i = 0; i < operation.index.size(); ++i) {
        if (operation.index[i] != static_cast<std::int32_t>(i)) return false;
    }
    return true;
}

// Puts `operation` in the place of what `from` made.
void redirect(Graph& graph, std::size_t from, std::size_t to) {
    for (Operation& other : graph.operations)
        std::replace(other.inputs.begin(), other.inputs.end(), from, to);
    if (graph.output == from) graph.output = to;
}

const Operation::Triple ones = {1, 1, 1};

// Many phases of a large kernel would take more weights, or longer to sum them, than they can save.
bool worth_splitting(const Operation& phased, std::int64_t channels) {
    constexpr std::int64_t most_work = std::int64_t{1} << 26;
    const auto& [fx, fy, fz] = phased.factor;
    const std::int64_t phases = network::saturating_product(network::saturating_product(fx, fy), fz);
    return phases <= most_phases &&
           PhasedConvolution::weight_count(phased, channels) <= most_rewritten_weights &&
           network::saturating_product(phases, static_cast<std::int64_t>(phased.weights.size())) <= most_work;
}

}  // namespace

Graph fuse_pointwise(Graph graph) {
    for (std::size_t i = 0; i < graph.operations.size(); ++i) {
        Operation& operation = graph.operations[i];
        if (!only_pointwise(operation)) continue;
        const std::size_t from = operation.inputs[0];
        Operation& source = graph.operations[from];
        // The input is the caller's, and random numbers are one where others compute (engine/Rewritten.hh).
        if (source.kind == Kind::input || source.kind == Kind::random || graph.readers(from) != 1) continue;
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

Graph fuse_upsampling(Graph graph) {
    for (Operation& convolution : graph.operations) {
        if (convolution.kind != Kind::convolution || convolution.zeros_between) continue;
        const auto sole = [&](Kind kind) {
            const std::size_t from = convolution.inputs[0];
            const Operation& source = graph.operations[from];
            return source.kind == kind && source.after.empty() && graph.readers(from) == 1;
        };
        if (sole(Kind::pad)) {
            const Operation pad = graph.operations[convolution.inputs[0]];
            for (std::size_t axis = 0; axis < 3; ++axis) convolution.low[axis] += pad.low[axis];
            graph.operations[convolution.inputs[0]].inputs.clear();
            convolution.inputs = pad.inputs;
        }
        if (sole(Kind::upsample) && convolution.stride == ones) {
            const Operation upsample = graph.operations[convolution.inputs[0]];
            Operation phased = convolution;
            phased.factor = upsample.factor;
            phased.inputs = upsample.inputs;
            if (worth_splitting(phased, upsample.shape[0])) convolution = std::move(phased);
        }
    }
    return drop_unused(std::move(graph));
}

Graph fold_linear_chains(Graph graph) {
    for (Operation& convolution : graph.operations) {
        if (convolution.kind != Kind::convolution || convolution.zeros_between ||
            convolution.factor != ones || convolution.stride != ones)
            continue;
        const std::size_t between = convolution.inputs[0];
        const Operation& shaped = graph.operations[between];
        if (shaped.inputs.size() != 1 || graph.readers(between) != 1) continue;
        const Operation& dense = graph.operations[shaped.inputs[0]];
        if (dense.kind != Kind::dense || !dense.after.empty() || graph.readers(shaped.inputs[0]) != 1)
            continue;
        if (!keeps_memory(shaped, dense.elements()) || !worth_folding(dense, convolution, shaped.shape))
            continue;
        convolution = folded(dense, convolution, shaped.shape);
    }
    return drop_unused(std::move(graph));
}

Graph share_padding(Graph graph) {
    const auto pads = [&](const Operation& one) {
        return one.kind == Kind::convolution && !one.zeros_between && one.factor == ones;
    };
    Graph out;
    out.name = graph.name;
    std::vector<std::size_t> place(graph.operations.size(), 0);
    for (std::size_t i = 0; i < graph.operations.size(); ++i) {
        Operation& image = graph.operations[i];
        for (std::size_t& from : image.inputs) from = place[from];
        place[i] = out.operations.size();
        const network::Shape shape = image.shape;
        const std::string name = image.name;
        out.operations.push_back(std::move(image));
        if (shape.size() != 3 && shape.size() != 4) continue;
        // Zeros that the convolutions of this image want before and after it.
        Operation::Triple low{}, high{};
        std::vector<Operation*> readers;
        for (std::size_t j = i + 1; j < graph.operations.size(); ++j) {
            Operation& reader = graph.operations[j];
            if (!pads(reader) || reader.inputs[0] != i) continue;
            bool any = false;
            for (std::size_t a = 0; a < 3; ++a) {
                const std::int64_t after = zeros_after(reader, shape, a);
                low[a] = std::max(low[a], reader.low[a]);
                high[a] = std::max(high[a], after);
                any = any || reader.low[a] > 0 || after > 0;
            }
            if (any) readers.push_back(&reader);
        }
        if (readers.size() < 2) continue;
        Operation padded;
        padded.name = name;
        padded.kind = Kind::pad;
        padded.inputs = {place[i]};
        padded.low = low;
        padded.shape = shape;
        for (std::size_t axis = 1; axis < shape.size(); ++axis) {
            const std::size_t a = axis + 3 - shape.size();  // a flat image lacks the first axis
            padded.shape[axis] += low[a] + high[a];
        }
        // Zeros far around are cheaper left to each convolution, which checks what it can hold.
        constexpr std::int64_t worth = 4;  // times the image
        if (padded.elements() > worth * network::element_count(shape)) continue;
        const std::size_t number = graph.operations.size() + out.operations.size();
        for (Operation* reader : readers) {
            reader->inputs[0] = number;  // beyond all others until it has a place
            for (std::size_t a = 0; a < 3; ++a) reader->low[a] -= low[a];
        }
        place.resize(std::max(place.size(), number + 1), 0);
        place[number] = out.operations.size();
        out.operations.push_back(std::move(padded));
    }
    out.output = place[graph.output];
    return out;
}

Graph fuse_sums(Graph graph) {
    for (Operation& sum : graph.operations) {
        if (sum.kind != Kind::add) continue;
        // Of two convolutions the later one, which the other is ready for.
        const auto [first, last] = std::minmax(sum.inputs[0], sum.inputs[1]);
        for (const auto& [host, other] : {std::pair{last, first}, std::pair{first, last}}) {
            const Operation& convolution = graph.operations[host];
            if (convolution.kind != Kind::convolution || !convolution.after.empty() ||
                convolution.channel_addend > 0 || convolution.shape != sum.shape || graph.readers(host) != 1)
                continue;
            const network::Shape& added = graph.operations[other].shape;
            network::Shape per_channel(sum.shape.size(), 1);
            per_channel[0] = sum.shape[0];
            const bool image = added == sum.shape && convolution.image_addend == 0;
            if (!image && added != per_channel) continue;
            Operation made = convolution;
            made.inputs.push_back(other);
            (image ? made.image_addend : made.channel_addend) = made.inputs.size() - 1;
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

Graph drop_unused(Graph graph) {
    const std::size_t count = graph.operations.size();
    std::vector<bool> used(count, false);
    used[graph.output] = true;
    for (std::size_t i = 0; i < count; ++i)  // conditions have their places even where nothing reads them
        used[i] = used[i] || graph.operations[i].kind == Kind::input;
    for (std::size_t i = count; i-- > 0;) {
        if (!used[i]) continue;
        for (const std::size_t from : graph.operations[i].inputs) used[from] = true;
    }
    Graph out;
    out.name = graph.name;
    std::vector<std::size_t> place(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        if (!used[i]) continue;
        place[i] = out.operations.size();
        Operation copy = std::move(graph.operations[i]);
        for (std::size_t& from : copy.inputs) from = place[from];
        out.operations.push_back(std::move(copy));
    }
    out.output = place[graph.output];
    return out;
}

Graph optimised(Graph graph) {
    return fuse_pointwise(fold_linear_chains(fuse_upsampling(fuse_pointwise(std::move(graph)))));
}

}  // namespace caloforge::engine
