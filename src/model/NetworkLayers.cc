// What single layers compute with libtorch's own kernels: Network::run.
#include <ATen/autocast_mode.h>

#include <functional>

#include "core/Log.hh"
#include "model/Device.hh"
#include "model/Dropout.hh"
#include "model/Layout.hh"
#include "model/NativeLayers.hh"
#include "model/Network.hh"
#include "model/PointwiseLayers.hh"
#include "model/Sample.hh"
#include "network/ConvolutionLayers.hh"

namespace caloforge::model {
namespace {

using network::Layer;
using network::Shape;
using torch::Tensor;

Shape shape_parameter(const Layer& layer, const char* key) {
    return layer.parameters.at(key).get<Shape>();
}
double number_parameter(const Layer& layer, const char* key, double fallback = 0) {
    return layer.parameters.value(key, fallback);
}

/// For constant_pad_nd, which lists the last axis first, low before high.
Shape last_first(const std::vector<std::pair<std::int64_t, std::int64_t>>& pads) {
    Shape out;
    for (std::size_t axis = pads.size(); axis-- > 0;) {
        out.push_back(pads[axis].first);
        out.push_back(pads[axis].second);
    }
    return out;
}

Tensor convolve(const Layer& layer, const Tensor& x, const Tensor& weight, const Tensor& bias) {
    const auto axes = network::convolution_axes(layer, x.sizes().slice(1).vec());
    Shape stride, both;
    std::vector<std::pair<std::int64_t, std::int64_t>> extra;
    bool uneven = false;
    for (const network::ConvolutionAxis& axis : axes) {
        stride.push_back(axis.stride);
        both.push_back(std::min(axis.low, axis.high));
        extra.emplace_back(axis.low - both.back(), axis.high - both.back());
        uneven = uneven || axis.high != axis.low;
    }
    if (network::is_transposed(layer.type)) {
        Tensor out = axes.size() == 1   ? torch::conv_transpose1d(x, weight, bias, stride)
                     : axes.size() == 2 ? torch::conv_transpose2d(x, weight, bias, stride)
                                        : torch::conv_transpose3d(x, weight, bias, stride);
        for (std::size_t i = 0; i < axes.size(); ++i)
            out = out.narrow(static_cast<std::int64_t>(i) + 2, axes[i].low, axes[i].output);
        return out;
    }
    const Tensor padded = uneven ? torch::constant_pad_nd(x, last_first(extra)) : x;
    return axes.size() == 1   ? torch::conv1d(padded, weight, bias, stride, both)
           : axes.size() == 2 ? torch::conv2d(padded, weight, bias, stride, both)
                              : torch::conv3d(padded, weight, bias, stride, both);
}

Tensor pad(const Layer& layer, const Tensor& x) {
    std::vector<std::pair<std::int64_t, std::int64_t>> both;
    for (const auto cells : shape_parameter(layer, "padding")) both.emplace_back(cells, cells);
    return torch::constant_pad_nd(x, last_first(both));
}

Tensor upsample(const Layer& layer, const Tensor& x) {
    const Shape f = shape_parameter(layer, "factor");
    Shape extents;
    for (std::size_t axis = 0; axis < f.size(); ++axis)
        extents.push_back(x.size(static_cast<std::int64_t>(axis) + 2) * f[axis]);
    return f.size() == 1   ? torch::upsample_nearest1d(x, extents)
           : f.size() == 2 ? torch::upsample_nearest2d(x, extents)
                           : torch::upsample_nearest3d(x, extents);
}

Tensor average_pool(const Layer& layer, const Tensor& x) {
    const Shape size = shape_parameter(layer, "size");
    return size.size() == 1   ? torch::avg_pool1d(x, size)
           : size.size() == 2 ? torch::avg_pool2d(x, size)
                              : torch::avg_pool3d(x, size);
}

Tensor max_pool(const Layer& layer, const Tensor& x) {
    const Shape size = shape_parameter(layer, "size");
    return size.size() == 1   ? torch::max_pool1d(x, size)
           : size.size() == 2 ? torch::max_pool2d(x, size)
                              : torch::max_pool3d(x, size);
}

/// An input of one element per sample is given the other's axes, over which libtorch spreads it.
Tensor spread(const Tensor& x, const Tensor& like) {
    if (x.dim() >= like.dim()) return x;
    Shape shape(static_cast<std::size_t>(like.dim()), 1);
    shape[0] = x.size(0);
    return x.numel() == x.size(0) ? x.reshape(shape) : x;
}

Tensor with_batch(const Layer& layer, const char* key, const Tensor& x) {
    Shape shape = shape_parameter(layer, key);
    shape.insert(shape.begin(), x.size(0));
    return x.reshape(shape);
}

Tensor sum(const Layer& layer, const Tensor& x) {
    Shape axes = shape_parameter(layer, "axes");
    for (auto& axis : axes) ++axis;
    const Tensor out = at_least_float(x).sum(axes);
    return out.dim() == 1 ? out.unsqueeze(1) : out;
}

/// Over all elements that differ only in the axes named.
Tensor softmax(const Layer& layer, const Tensor& x) {
    Shape axes = shape_parameter(layer, "axes");
    for (auto& axis : axes) ++axis;
    const Tensor input = at_least_float(x);
    const Tensor part = torch::exp(input - input.amax(axes, true));
    return part / part.sum(axes, true);
}

Tensor interleave(const Layer& layer, const std::vector<Tensor>& in) {
    const Shape factor = shape_parameter(layer, "factor");
    const auto count = static_cast<std::int64_t>(in.size());
    Shape shape = in[0].sizes().vec();
    for (std::size_t axis = 0, apart = in.size(); axis < factor.size(); ++axis) {
        apart /= static_cast<std::size_t>(factor[axis]);
        shape[axis + 2] = 0;
        for (std::size_t p = 0; p < static_cast<std::size_t>(factor[axis]); ++p)
            shape[axis + 2] += in[p * apart].size(static_cast<std::int64_t>(axis) + 2);
    }
    Tensor out = torch::empty(shape, in[0].options());
    for (std::int64_t i = 0; i < count; ++i) {
        Tensor part = out;
        std::int64_t rest = i;
        for (std::size_t axis = factor.size(); axis-- > 0; rest /= factor[axis])
            part = part.slice(static_cast<std::int64_t>(axis) + 2, rest % factor[axis], std::nullopt,
                              factor[axis]);
        part.copy_(in[static_cast<std::size_t>(i)]);
    }
    return out;
}

Tensor permute(const Layer& layer, const Tensor& x) {
    Shape order{0};
    for (const auto axis : shape_parameter(layer, "order")) order.push_back(axis + 1);
    return x.permute(order);
}

}  // namespace

Tensor Network::checked_convolution(const Layer& layer, const Tensor& x) {
    // bfloat16 keeps 8 bits: a right result differs by a few parts in a thousand of the largest value.
    constexpr double allowed = 0.05;
    const Tensor weight = tensor(layer, "weight"), bias = tensor(layer, "bias");
    if (!x.device().is_cpu() || !at::autocast::is_autocast_enabled(at::kCPU))
        return convolve(layer, x, weight, bias);
    const auto exact = [&] {
        const PrecisionScope scope(torch::kCPU, Precision::float32);
        return convolve(layer, x.to(torch::kFloat32), weight, bias);
    };
    auto verdict = reduced_is_right_.find(layer.name);
    if (verdict == reduced_is_right_.end()) {
        const torch::NoGradGuard no_grad;
        const Tensor right = exact();
        const double off =
            ((convolve(layer, x, weight, bias) - right).abs().max() / right.abs().max().clamp_min(1e-30))
                .item<double>();
        verdict = reduced_is_right_.emplace(layer.name, off <= allowed).first;
        if (!verdict->second) {
            core::warning(
                "layer `{}`: libtorch's bfloat16 convolution is off by {:.0f} % here; this layer computes in "
                "float32.",
                layer.name, 100 * off);
        }
    }
    return verdict->second ? convolve(layer, x, weight, bias) : exact();
}

Tensor Network::run(const Layer& layer, const std::vector<Tensor>& in, const ForwardMode& mode) {
    using Run = std::function<Tensor(Network&, const Layer&, const std::vector<Tensor>&, const ForwardMode&)>;
    using In = const std::vector<Tensor>&;
    static const std::map<std::string, Run> runs{
        {"dense",
         [](Network& n, const Layer& l, In x, const ForwardMode&) {
             return torch::linear(x[0], n.tensor(l, "weight"), n.tensor(l, "bias"));
         }},
        {"batch_norm",
         [](Network& n, const Layer& l, In x, const ForwardMode& m) {
             const bool still = m.training && !m.update_statistics;
             if (m.training && m.sum_over_ranks != nullptr) {
                 const FindTensor find = [&n](const Layer& of, const char* role) {
                     return n.tensor(of, role);
                 };
                 return native_batch_norm(x[0], n.tensor(l, "gain"), n.tensor(l, "shift"),
                                          batch_norm_options(l, find, m));
             }
             // Keras' momentum is the share that stays, libtorch's the share that is new.
             return torch::batch_norm(x[0], n.tensor(l, "gain"), n.tensor(l, "shift"),
                                      still ? Tensor() : n.tensor(l, "mean"),
                                      still ? Tensor() : n.tensor(l, "variance"), m.training,
                                      1.0 - number_parameter(l, "momentum", 0.99),
                                      number_parameter(l, "epsilon", 1e-3), x[0].is_cuda());
         }},
        {"dropout",
         [](Network&, const Layer& l, In x, const ForwardMode& m) {
             if (!m.training) return x[0];
             return keyed_dropout(x[0], number_parameter(l, "rate"), m.seed, m.samples,
                                  l.parameters.value("stream", 0U));
         }},
        {"reshape", [](Network&, const Layer& l, In x,
                       const ForwardMode&) { return with_batch(l, "shape", x[0].contiguous()); }},
        {"flatten",
         [](Network&, const Layer&, In x, const ForwardMode&) { return x[0].contiguous().flatten(1); }},
        {"upsample", [](Network&, const Layer& l, In x, const ForwardMode&) { return upsample(l, x[0]); }},
        {"pad", [](Network&, const Layer& l, In x, const ForwardMode&) { return pad(l, x[0]); }},
        {"average_pool",
         [](Network&, const Layer& l, In x, const ForwardMode&) { return average_pool(l, x[0]); }},
        {"max_pool", [](Network&, const Layer& l, In x, const ForwardMode&) { return max_pool(l, x[0]); }},
        {"sum", [](Network&, const Layer& l, In x, const ForwardMode&) { return sum(l, x[0]); }},
        {"softmax", [](Network&, const Layer& l, In x, const ForwardMode&) { return softmax(l, x[0]); }},
        {"slice",
         [](Network&, const Layer& l, In x, const ForwardMode&) {
             return x[0].slice(l.parameters.at("axis").get<std::int64_t>() + 1,
                               l.parameters.at("begin").get<std::int64_t>(),
                               l.parameters.at("end").get<std::int64_t>());
         }},
        {"permute", [](Network&, const Layer& l, In x, const ForwardMode&) { return permute(l, x[0]); }},
        {"concat", [](Network&, const Layer&, In x, const ForwardMode&) { return torch::cat(x, 1); }},
        {"interleave", [](Network&, const Layer& l, In x, const ForwardMode&) { return interleave(l, x); }},
        {"sample", [](Network&, const Layer& l, In x,
                      const ForwardMode&) { return sample(network::sample_rule(l), x[0], x[1]); }},
        {"add", [](Network&, const Layer&, In x,
                   const ForwardMode&) { return spread(x[0], x[1]) + spread(x[1], x[0]); }},
        {"multiply", [](Network&, const Layer&, In x,
                        const ForwardMode&) { return spread(x[0], x[1]) * spread(x[1], x[0]); }},
    };
    if (const auto* row = network::find_pointwise(layer.type))
        return run_pointwise(*row, row->values(layer), in[0]);
    if (network::is_convolution(layer.type)) return checked_convolution(layer, in[0]);
    return runs.at(layer.type)(*this, layer, in, mode);
}

}  // namespace caloforge::model
