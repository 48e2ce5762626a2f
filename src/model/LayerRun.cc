#include "model/LayerRun.hh"

#include <map>
#include <string>

#include "model/BatchNormLayer.hh"
#include "model/Dropout.hh"
#include "model/Layout.hh"
#include "model/PointwiseLayers.hh"
#include "model/Sample.hh"
#include "model/StockConvolution.hh"
#include "network/ConvolutionLayers.hh"
#include "network/PointwiseLayers.hh"

namespace caloforge::model {
namespace {

using network::Layer;
using network::Shape;
using torch::Tensor;
using Inputs = std::vector<Tensor>;
using Shapes = std::vector<Shape>;

Shape shape_parameter(const Layer& layer, const char* key) {
    return layer.parameters.at(key).get<Shape>();
}

/// Of a tensor with the batch axis.
Shape axes_parameter(const Layer& layer, const char* key) {
    Shape axes = shape_parameter(layer, key);
    for (auto& axis : axes) ++axis;
    return axes;
}

LayerRun dense(const Layer&, const Shapes&, const FindTensor& find) {
    return [weight = find("weight"), bias = find("bias")](const Inputs& in, const ForwardMode&) {
        return torch::linear(in[0], weight, bias);
    };
}

LayerRun batch_norm(const Layer& layer, const Shapes&, const FindTensor& find) {
    return [norm = BatchNormLayer(layer, find)](const Inputs& in, const ForwardMode& mode) {
        if (mode.training && mode.sum_over_ranks != nullptr)
            return native_batch_norm(in[0], norm.gain, norm.shift, norm.options(mode));
        const bool still = mode.training && !mode.update_statistics;
        // Keras' momentum is the share that stays, libtorch's the share that is new.
        return torch::batch_norm(in[0], norm.gain, norm.shift, still ? Tensor() : norm.mean,
                                 still ? Tensor() : norm.variance, mode.training, 1.0 - norm.momentum,
                                 norm.epsilon, in[0].is_cuda());
    };
}

LayerRun dropout(const Layer& layer, const Shapes&, const FindTensor&) {
    return [rate = layer.parameters.at("rate").get<double>(), stream = layer.parameters.value("stream", 0U)](
               const Inputs& in, const ForwardMode& mode) {
        return mode.training ? keyed_dropout(in[0], rate, mode.seed, mode.samples, stream) : in[0];
    };
}

LayerRun reshape(const Layer& layer, const Shapes&, const FindTensor&) {
    return [shape = shape_parameter(layer, "shape")](const Inputs& in, const ForwardMode&) {
        Shape batch = shape;
        batch.insert(batch.begin(), in[0].size(0));
        return in[0].contiguous().reshape(batch);
    };
}

LayerRun flatten(const Layer&, const Shapes&, const FindTensor&) {
    return [](const Inputs& in, const ForwardMode&) { return in[0].contiguous().flatten(1); };
}

LayerRun upsample(const Layer& layer, const Shapes& shapes, const FindTensor&) {
    Shape extents = shape_parameter(layer, "factor");
    for (std::size_t axis = 0; axis < extents.size(); ++axis) extents[axis] *= shapes[0][axis + 1];
    return [extents](const Inputs& in, const ForwardMode&) {
        return extents.size() == 1   ? torch::upsample_nearest1d(in[0], extents)
               : extents.size() == 2 ? torch::upsample_nearest2d(in[0], extents)
                                     : torch::upsample_nearest3d(in[0], extents);
    };
}

LayerRun pad(const Layer& layer, const Shapes&, const FindTensor&) {
    std::vector<std::pair<std::int64_t, std::int64_t>> both;
    for (const auto cells : shape_parameter(layer, "padding")) both.emplace_back(cells, cells);
    return [zeros = last_first(both)](const Inputs& in, const ForwardMode&) {
        return torch::constant_pad_nd(in[0], zeros);
    };
}

LayerRun average_pool(const Layer& layer, const Shapes&, const FindTensor&) {
    return [size = shape_parameter(layer, "size")](const Inputs& in, const ForwardMode&) {
        return size.size() == 1   ? torch::avg_pool1d(in[0], size)
               : size.size() == 2 ? torch::avg_pool2d(in[0], size)
                                  : torch::avg_pool3d(in[0], size);
    };
}

LayerRun max_pool(const Layer& layer, const Shapes&, const FindTensor&) {
    return [size = shape_parameter(layer, "size")](const Inputs& in, const ForwardMode&) {
        return size.size() == 1   ? torch::max_pool1d(in[0], size)
               : size.size() == 2 ? torch::max_pool2d(in[0], size)
                                  : torch::max_pool3d(in[0], size);
    };
}

LayerRun sum(const Layer& layer, const Shapes&, const FindTensor&) {
    return [axes = axes_parameter(layer, "axes")](const Inputs& in, const ForwardMode&) {
        const Tensor out = at_least_float(in[0]).sum(axes);
        return out.dim() == 1 ? out.unsqueeze(1) : out;
    };
}

/// Over all elements that differ only in the axes named.
LayerRun softmax(const Layer& layer, const Shapes&, const FindTensor&) {
    return [axes = axes_parameter(layer, "axes")](const Inputs& in, const ForwardMode&) {
        const Tensor input = at_least_float(in[0]);
        const Tensor part = torch::exp(input - input.amax(axes, true));
        return part / part.sum(axes, true);
    };
}

LayerRun slice(const Layer& layer, const Shapes&, const FindTensor&) {
    const auto number = [&](const char* key) { return layer.parameters.at(key).get<std::int64_t>(); };
    return [axis = number("axis") + 1, begin = number("begin"), end = number("end")](
               const Inputs& in, const ForwardMode&) { return in[0].slice(axis, begin, end); };
}

LayerRun permute(const Layer& layer, const Shapes&, const FindTensor&) {
    Shape order = axes_parameter(layer, "order");
    order.insert(order.begin(), 0);
    return [order](const Inputs& in, const ForwardMode&) { return in[0].permute(order); };
}

LayerRun concat(const Layer&, const Shapes&, const FindTensor&) {
    return [](const Inputs& in, const ForwardMode&) { return torch::cat(in, 1); };
}

LayerRun interleave(const Layer& layer, const Shapes& shapes, const FindTensor&) {
    const Shape factor = shape_parameter(layer, "factor");
    Shape shape = shapes[0];
    shape.insert(shape.begin(), 0);
    for (std::size_t axis = 0, apart = shapes.size(); axis < factor.size(); ++axis) {
        apart /= static_cast<std::size_t>(factor[axis]);
        shape[axis + 2] = 0;
        for (std::size_t p = 0; p < static_cast<std::size_t>(factor[axis]); ++p)
            shape[axis + 2] += shapes[p * apart][axis + 1];
    }
    return [factor, shape](const Inputs& in, const ForwardMode&) {
        Shape batch = shape;
        batch[0] = in[0].size(0);
        Tensor out = torch::empty(batch, in[0].options());
        for (std::size_t i = 0; i < in.size(); ++i) {
            Tensor part = out;
            auto rest = static_cast<std::int64_t>(i);
            for (std::size_t axis = factor.size(); axis-- > 0; rest /= factor[axis]) {
                part = part.slice(static_cast<std::int64_t>(axis) + 2, rest % factor[axis], std::nullopt,
                                  factor[axis]);
            }
            part.copy_(in[i]);
        }
        return out;
    };
}

/// `image` (N, C, X, Y) along `axis` (2 or 3): cell i is cell i - low - by of it, or zero.
Tensor moved(const Tensor& image, const Tensor& by, std::int64_t axis, std::int64_t size) {
    const std::int64_t from = image.size(axis), low = (size - from) / 2;
    const Tensor at = torch::arange(size, by.options()).unsqueeze(0) - low - torch::floor(by + 0.5);
    const Tensor inside = at.ge(0).logical_and(at.lt(from));  // (N, size)
    Shape shape = image.sizes().vec(), line{image.size(0), 1, 1, 1};
    shape[static_cast<std::size_t>(axis)] = line[static_cast<std::size_t>(axis)] = size;
    const Tensor index = torch::where(inside, at, 0).to(torch::kLong).reshape(line).expand(shape);
    return torch::where(inside.reshape(line), image.gather(axis, index), 0);
}

LayerRun move(const Layer& layer, const Shapes&, const FindTensor&) {
    return [size = shape_parameter(layer, "size")](const Inputs& in, const ForwardMode&) {
        const Tensor by = at_least_float(in[1]);
        return moved(moved(in[0], by.slice(1, 0, 1), 2, size[0]), by.slice(1, 1, 2), 3, size[1]);
    };
}

LayerRun take(const Layer& layer, const Shapes&, const FindTensor&) {
    const Shape index = shape_parameter(layer, "index");
    return [index = torch::tensor(index, torch::kLong), shape = shape_parameter(layer, "shape")](
               const Inputs& in, const ForwardMode&) {
        Shape batch = shape;
        batch.insert(batch.begin(), in[0].size(0));
        // A zero in front, where -1 leads to.
        const Tensor flat = torch::constant_pad_nd(in[0].flatten(1), {1, 0});
        return flat.index_select(1, index.to(flat.device()) + 1).reshape(batch);
    };
}

/// Which of `count` elements numbers (N, ...) name, (N, n): behind the last where they name none.
Tensor named_elements(const Tensor& numbers, std::int64_t count) {
    const Tensor nearest = torch::floor(at_least_float(numbers.detach()).flatten(1) + 0.5);
    const Tensor there = nearest.ge(0).logical_and(nearest.lt(count));
    return torch::where(there, nearest, count).to(torch::kLong);
}

LayerRun lookup(const Layer&, const Shapes&, const FindTensor&) {
    return [](const Inputs& in, const ForwardMode&) {
        const Tensor table = in[0].flatten(1), index = named_elements(in[1], table.size(1));
        return torch::constant_pad_nd(table, {0, 1}).gather(1, index).reshape(in[1].sizes());
    };
}

LayerRun scatter(const Layer& layer, const Shapes&, const FindTensor&) {
    return [shape = shape_parameter(layer, "shape")](const Inputs& in, const ForwardMode&) {
        const Tensor values = in[0].flatten(1);
        const std::int64_t count = sample::element_count(shape);
        const Tensor onto = in.size() > 2 ? torch::constant_pad_nd(in[2].flatten(1), {0, 1})
                                          : torch::zeros({values.size(0), count + 1}, values.options());
        Shape batch = shape;
        batch.insert(batch.begin(), values.size(0));
        return onto.scatter_add(1, named_elements(in[1], count), values).slice(1, 0, count).reshape(batch);
    };
}

LayerRun chosen(const Layer&, const Shapes&, const FindTensor&) {
    return [](const Inputs& in, const ForwardMode&) { return choose(in[0], in[1]); };
}

LayerRun drawn(const Layer& layer, const Shapes&, const FindTensor&) {
    return [rule = network::sample_rule(layer)](const Inputs& in, const ForwardMode&) {
        return sample(rule, in[0], in[1]);
    };
}

/// An input of one element per sample is given the other's axes, over which libtorch spreads it.
Tensor spread(const Tensor& x, const Tensor& like) {
    if (x.dim() >= like.dim()) return x;
    Shape shape(static_cast<std::size_t>(like.dim()), 1);
    shape[0] = x.size(0);
    return x.numel() == x.size(0) ? x.reshape(shape) : x;
}

LayerRun add(const Layer&, const Shapes&, const FindTensor&) {
    return [](const Inputs& in, const ForwardMode&) { return spread(in[0], in[1]) + spread(in[1], in[0]); };
}

LayerRun multiply(const Layer&, const Shapes&, const FindTensor&) {
    return [](const Inputs& in, const ForwardMode&) { return spread(in[0], in[1]) * spread(in[1], in[0]); };
}

using Make = LayerRun (*)(const Layer&, const Shapes& inputs, const FindTensor&);
const std::map<std::string, Make>& makers() {
    static const std::map<std::string, Make> table{
        {"dense", dense},
        {"batch_norm", batch_norm},
        {"dropout", dropout},
        {"reshape", reshape},
        {"flatten", flatten},
        {"upsample", upsample},
        {"pad", pad},
        {"average_pool", average_pool},
        {"max_pool", max_pool},
        {"sum", sum},
        {"softmax", softmax},
        {"slice", slice},
        {"permute", permute},
        {"concat", concat},
        {"interleave", interleave},
        {"move", move},
        {"sample", drawn},
        {"choose", chosen},
        {"lookup", lookup},
        {"scatter", scatter},
        {"take", take},
        {"add", add},
        {"multiply", multiply},
    };
    return table;
}

}  // namespace

LayerRun compile_layer(const Layer& layer, const Shapes& inputs, const FindTensor& find) {
    if (const auto* row = network::find_pointwise(layer.type)) {
        return [run = compile_pointwise(*row, row->values(layer))](const Inputs& in, const ForwardMode&) {
            return run(in[0]);
        };
    }
    if (network::is_convolution(layer.type)) return stock_convolution(layer, inputs.at(0), find);
    return makers().at(layer.type)(layer, inputs, find);
}

}  // namespace caloforge::model
