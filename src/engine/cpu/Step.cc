#include "engine/cpu/Step.hh"

#include <optional>

namespace caloforge::engine::cpu {
namespace {

using graph::Triple;
using sample::Shape;

// Which element goes where, -1 for zero: cells of an image repeated, with zeros around them.
graph::Gather repeated(const Shape& coarse, const Shape& made, const Triple& factor, const Triple& low) {
    const Shape image = graph::image_of(coarse), shape = graph::image_of(made);
    graph::Gather out;
    for (std::int64_t c = 0; c < shape[0]; ++c) {
        for (std::int64_t x = 0; x < shape[1]; ++x) {
            for (std::int64_t y = 0; y < shape[2]; ++y) {
                for (std::int64_t z = 0; z < shape[3]; ++z) {
                    const Triple at = {x, y, z};
                    std::int64_t flat = c;
                    bool inside = true;
                    for (std::size_t axis = 0; axis < 3; ++axis) {
                        const std::int64_t from = (at[axis] - low[axis]) / factor[axis];
                        inside = inside && at[axis] >= low[axis] && from < image[axis + 1];
                        flat = flat * image[axis + 1] + from;
                    }
                    out.index.push_back(inside ? static_cast<std::int32_t>(flat) : -1);
                }
            }
        }
    }
    return out;
}

// What an operation becomes. `shape`: of what it makes; `image`: of its first input.
struct Compiler {
    const Shape& shape;
    const Shape& image;

    // Those that need no kernel.
    template <class Kind>
    Work operator()(Kind& kind) const {
        return std::move(kind);
    }
    Work operator()(graph::Dense& dense) const {
        const auto outputs = static_cast<std::size_t>(sample::element_count(shape));
        return kernels::BlockedDense(dense.weights.size() / outputs, outputs, dense.weights, dense.bias);
    }
    Work operator()(graph::Convolution& convolution) const {
        return ConvolutionStep{PhasedConvolution(convolution, shape, image), convolution.image_addend,
                               convolution.channel_addend};
    }
    Work operator()(graph::Upsample& upsample) const { return repeated(image, shape, upsample.factor, {}); }
    Work operator()(graph::Pad& pad) const { return repeated(image, shape, {1, 1, 1}, pad.low); }
    Work operator()(graph::Sample& sample) const {
        using network::SampleRule;
        kernels::SplineSample out;
        out.knots.assign(sample.rule.knots.begin(), sample.rule.knots.end());
        out.to_zero.assign(sample.rule.to_zero.begin(), sample.rule.to_zero.end());
        out.zeros = sample.rule.zeros;
        const std::vector<double> bends = sample.rule.bends();
        out.from.assign(sample.rule.from.begin(), sample.rule.from.end());
        out.bends.assign(bends.begin(), bends.end());
        out.shift = static_cast<float>(sample.rule.shift());
        out.least_log_slope = SampleRule::least_log_slope;
        out.largest_log_slope = SampleRule::largest_log_slope;
        out.largest_log = SampleRule::largest_log;
        return out;
    }
};

AppliedFunction applied(const graph::After& after) {
    if (const auto* one = std::get_if<graph::Function>(&after))
        return {kernels::Function(one->layer->type), 1, one->parameters};
    const auto& scale = std::get<graph::ChannelScale>(after);
    AppliedFunction out{kernels::Function("scale"), scale.gain.size(), {}};
    for (std::size_t c = 0; c < scale.gain.size(); ++c) {
        out.parameters.push_back(scale.gain[c]);
        out.parameters.push_back(scale.shift[c]);
    }
    return out;
}

// The slope below zero of a function that a convolution's kernel does itself.
std::optional<float> leak(const graph::After& after) {
    const auto* one = std::get_if<graph::Function>(&after);
    if (one && one->layer->type == "relu") return 0.0F;
    if (one && one->layer->type == "leaky_relu") return one->parameters[0];
    return std::nullopt;
}

}  // namespace

std::vector<Step> compile(graph::Graph graph) {
    std::vector<Step> steps;
    std::vector<Shape> shapes;
    for (graph::Operation& operation : graph.operations) {
        Step step;
        step.cost = {operation.name, operation.kind_name(), operation.shape, operation.nominal_macs};
        const Shape image = operation.inputs.empty() ? Shape{} : shapes[operation.inputs[0]];
        step.work = std::visit(Compiler{operation.shape, image}, operation.kind);
        std::size_t done = 0;
        if (auto* convolution = std::get_if<ConvolutionStep>(&step.work);
            convolution && !operation.after.empty()) {
            if (const auto slope = leak(operation.after[0])) {
                convolution->activate = true;
                convolution->slope = *slope;
                done = 1;
            }
        }
        for (std::size_t i = done; i < operation.after.size(); ++i)
            step.after.push_back(applied(operation.after[i]));
        step.elements = static_cast<std::size_t>(operation.elements());
        step.inputs = std::move(operation.inputs);
        shapes.push_back(operation.shape);
        steps.push_back(std::move(step));
        operation = {};  // its weights are the kernel's now
    }
    return steps;
}

}  // namespace caloforge::engine::cpu
