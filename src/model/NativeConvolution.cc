#include "model/NativeConvolution.hh"

#include <ATen/Parallel.h>

#include <map>
#include <memory>
#include <mutex>
#include <tuple>

#include "kernels/FourierConvolution.hh"
#include "kernels/Pointwise.hh"

namespace caloforge::model {
namespace {

using kernels::FourierBox;
using kernels::FourierConvolution;
using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// `input`: (C, X, Y, Z)
kernels::ConvolutionShape shape_of(const std::vector<network::ConvolutionAxis>& axes, at::IntArrayRef input,
                                   const Tensor& weight) {
    kernels::ConvolutionShape shape;
    shape.channels = static_cast<std::size_t>(weight.size(1));
    shape.filters = static_cast<std::size_t>(weight.size(0));
    for (std::size_t a = 0; a < 3; ++a) {
        shape.input[a] = static_cast<std::size_t>(input[a + 1]);
        shape.output[a] = static_cast<std::size_t>(axes[a].output);
        shape.kernel[a] = static_cast<std::size_t>(axes[a].kernel);
        shape.low[a] = static_cast<std::size_t>(axes[a].low);
    }
    return shape;
}

/// The tables of a convolution, made once.
std::shared_ptr<const FourierConvolution> prepared(const kernels::ConvolutionShape& shape) {
    using Key = std::tuple<std::size_t, std::size_t, std::array<std::size_t, 3>, std::array<std::size_t, 3>,
                           std::array<std::size_t, 3>, std::array<std::size_t, 3>>;
    static std::mutex mutex;
    static std::map<Key, std::shared_ptr<const FourierConvolution>> made;
    const std::lock_guard lock(mutex);
    auto& entry = made[{shape.channels, shape.filters, shape.input, shape.output, shape.kernel, shape.low}];
    if (!entry) entry = std::make_shared<const FourierConvolution>(shape);
    return entry;
}

Tensor spectra(const FourierConvolution& fourier, std::size_t items) {
    return torch::empty({static_cast<std::int64_t>(fourier.rows() * fourier.stride(items))});
}

/// Calls work(first, last) for stretches of the items, in parallel; stretches begin at whole groups of boxes.
template <class Work>
void for_items(std::size_t items, const Work& work) {
    const auto groups = static_cast<std::int64_t>((items + FourierBox::group - 1) / FourierBox::group);
    at::parallel_for(0, groups, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t g = begin; g < end; ++g) {
            const std::size_t first = static_cast<std::size_t>(g) * FourierBox::group;
            work(first, std::min(items, first + FourierBox::group));
        }
    });
}

template <class Work>
void for_rows(const FourierConvolution& fourier, const Work& work) {
    at::parallel_for(
        0, static_cast<std::int64_t>(fourier.rows()), 8, [&](std::int64_t begin, std::int64_t end) {
            work(FourierConvolution::Part{static_cast<std::size_t>(begin), static_cast<std::size_t>(end)});
        });
}

Tensor to_spectra(const FourierConvolution& fourier, const FourierBox& box, const Tensor& boxes,
                  std::size_t items) {
    Tensor out = spectra(fourier, items);
    const float* from = boxes.const_data_ptr<float>();
    float* to = out.mutable_data_ptr<float>();
    for_items(items, [&](std::size_t first, std::size_t last) {
        kernels::to_spectra(box, from + first * box.elements(), items, {first, last}, to);
    });
    return out;
}

Tensor from_spectra(const FourierBox& box, const Tensor& from, std::size_t items, at::IntArrayRef shape) {
    Tensor out = torch::empty(shape);
    const float* in = from.const_data_ptr<float>();
    float* to = out.mutable_data_ptr<float>();
    for_items(items, [&](std::size_t first, std::size_t last) {
        kernels::from_spectra(box, in, items, {first, last}, to + first * box.elements());
    });
    return out;
}

/// The shape as saved_data holds it.
std::vector<std::int64_t> packed(const kernels::ConvolutionShape& s) {
    std::vector<std::int64_t> out{static_cast<std::int64_t>(s.channels),
                                  static_cast<std::int64_t>(s.filters)};
    for (const auto* part : {&s.input, &s.output, &s.kernel, &s.low})
        out.insert(out.end(), part->begin(), part->end());
    return out;
}
kernels::ConvolutionShape unpacked(const std::vector<std::int64_t>& p) {
    kernels::ConvolutionShape s;
    s.channels = static_cast<std::size_t>(p[0]);
    s.filters = static_cast<std::size_t>(p[1]);
    std::size_t i = 2;
    for (auto* part : {&s.input, &s.output, &s.kernel, &s.low}) {
        for (auto& value : *part) value = static_cast<std::size_t>(p[i++]);
    }
    return s;
}

std::vector<std::int64_t> sizes(std::initializer_list<std::size_t> first,
                                const std::array<std::size_t, 3>& extents) {
    std::vector<std::int64_t> out(first.begin(), first.end());
    out.insert(out.end(), extents.begin(), extents.end());
    return out;
}

class FourierFunction : public torch::autograd::Function<FourierFunction> {
  public:
    static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias,
                          std::vector<std::int64_t> shape_numbers, double slope, DropoutBits dropout) {
        const auto shape = unpacked(shape_numbers);
        const auto fourier = prepared(shape);
        const auto samples = static_cast<std::size_t>(x.size(0));
        const std::size_t outputs = samples * shape.filters;
        const Tensor inputs =
            to_spectra(*fourier, fourier->input(), x.contiguous(), samples * shape.channels);
        const Tensor weights =
            to_spectra(*fourier, fourier->weights(), weight.contiguous(), shape.filters * shape.channels);
        const Tensor products = spectra(*fourier, outputs);
        for_rows(*fourier, [&](FourierConvolution::Part part) {
            fourier->outputs(inputs.const_data_ptr<float>(), weights.const_data_ptr<float>(), samples, part,
                             products.mutable_data_ptr<float>());
        });
        const std::size_t cells = fourier->output().elements(), words = kernels::bit_words(cells);
        const bool activated = slope != 1;
        const Tensor offsets = bias.contiguous();
        Tensor out = torch::empty(sizes({samples, shape.filters}, shape.output));
        Tensor positive;
        if (activated) positive = torch::empty({static_cast<std::int64_t>(outputs * words)}, torch::kInt16);
        float* to = out.mutable_data_ptr<float>();
        auto* bits =
            activated ? reinterpret_cast<std::uint16_t*>(positive.mutable_data_ptr<std::int16_t>()) : nullptr;
        for_items(outputs, [&](std::size_t first, std::size_t last) {
            kernels::from_spectra(fourier->output(), products.const_data_ptr<float>(), outputs, {first, last},
                                  to + first * cells);
            for (std::size_t i = first; i < last; ++i) {
                float* box = to + i * cells;
                kernels::bias_leaky_drop(
                    {box, cells}, offsets.const_data_ptr<float>()[i % shape.filters],
                    static_cast<float>(slope), dropout.box(i),
                    activated ? std::span(bits + i * words, words) : std::span<std::uint16_t>(), box);
            }
        });
        context->save_for_backward({weight.requires_grad() ? inputs : Tensor(),
                                    x.requires_grad() ? weights : Tensor(), positive, dropout.bits()});
        context->saved_data["shape"] = std::move(shape_numbers);
        context->saved_data["slope"] = slope;
        context->saved_data["scale"] = dropout.scale();
        context->saved_data["samples"] = static_cast<std::int64_t>(samples);
        return out;
    }

    static variable_list backward(AutogradContext* context, variable_list upstream) {
        const auto saved = context->get_saved_variables();
        const auto shape = unpacked(context->saved_data["shape"].toIntVector());
        const auto slope = static_cast<float>(context->saved_data["slope"].toDouble());
        const auto samples = static_cast<std::size_t>(context->saved_data["samples"].toInt());
        const auto fourier = prepared(shape);
        const std::size_t outputs = samples * shape.filters;
        const auto dropout = DropoutBits::restored(saved[3], context->saved_data["scale"].toDouble());
        const Tensor gradients =
            gradient_spectra(*fourier, upstream[0].contiguous(), outputs, slope, saved[2], dropout);
        variable_list out(6);
        if (context->needs_input_grad(0)) {
            const std::size_t items = samples * shape.channels;
            const Tensor products = spectra(*fourier, items);
            for_rows(*fourier, [&](FourierConvolution::Part part) {
                fourier->input_gradients(gradients.const_data_ptr<float>(), saved[1].const_data_ptr<float>(),
                                         samples, part, products.mutable_data_ptr<float>());
            });
            out[0] = from_spectra(fourier->input(), products, items,
                                  sizes({samples, shape.channels}, shape.input));
        }
        if (context->needs_input_grad(1)) {
            const std::size_t items = shape.filters * shape.channels;
            const Tensor products = spectra(*fourier, items);
            for_rows(*fourier, [&](FourierConvolution::Part part) {
                fourier->weight_gradients(gradients.const_data_ptr<float>(), saved[0].const_data_ptr<float>(),
                                          samples, part, products.mutable_data_ptr<float>());
            });
            out[1] = from_spectra(fourier->weights(), products, items,
                                  sizes({shape.filters, shape.channels}, shape.kernel));
        }
        if (context->needs_input_grad(2)) {
            // The sum of a box is its number at frequency 0.
            const Tensor zero =
                gradients.narrow(0, 0, static_cast<std::int64_t>(outputs * fourier->row()))
                    .view({static_cast<std::int64_t>(samples), static_cast<std::int64_t>(shape.filters),
                           static_cast<std::int64_t>(fourier->row())})
                    .select(2, 0);
            out[2] = zero.sum(0);
        }
        return out;
    }

  private:
    /// Spectra of the gradient in front of dropout and activation.
    static Tensor gradient_spectra(const FourierConvolution& fourier, const Tensor& gradient,
                                   std::size_t outputs, float slope, const Tensor& positive,
                                   const DropoutBits& dropout) {
        const FourierBox& box = fourier.output();
        if (!positive.defined() && !dropout.bits().defined())
            return to_spectra(fourier, box, gradient, outputs);
        const std::size_t cells = box.elements(), words = kernels::bit_words(cells);
        const auto* bits =
            positive.defined()
                ? reinterpret_cast<const std::uint16_t*>(positive.const_data_ptr<std::int16_t>())
                : nullptr;
        const float* from = gradient.const_data_ptr<float>();
        Tensor out = spectra(fourier, outputs);
        float* to = out.mutable_data_ptr<float>();
        for_items(outputs, [&](std::size_t first, std::size_t last) {
            const auto before = std::make_unique_for_overwrite<float[]>((last - first) * cells);
            for (std::size_t i = first; i < last; ++i) {
                kernels::bias_leaky_drop_gradient(
                    {from + i * cells, cells}, slope,
                    bits ? std::span(bits + i * words, words) : std::span<const std::uint16_t>(),
                    dropout.box(i), before.get() + (i - first) * cells);
            }
            kernels::to_spectra(box, before.get(), outputs, {first, last}, to);
        });
        return out;
    }
};

}  // namespace

bool native_convolution_fits(const std::vector<network::ConvolutionAxis>& axes, const network::Shape& input,
                             const Tensor& weight) {
    if (axes.size() != 3) return false;
    for (const auto& axis : axes) {
        if (axis.stride != 1) return false;
    }
    return FourierConvolution::fits(shape_of(axes, input, weight));
}

Tensor native_convolution(const std::vector<network::ConvolutionAxis>& axes, const Tensor& x,
                          const Tensor& weight, const Tensor& bias, double slope,
                          const DropoutBits& dropout) {
    const Tensor offsets = bias.defined() ? bias : torch::zeros({weight.size(0)});
    return FourierFunction::apply(x, weight, offsets, packed(shape_of(axes, x.sizes().slice(1), weight)),
                                  slope, dropout);
}

}  // namespace caloforge::model
