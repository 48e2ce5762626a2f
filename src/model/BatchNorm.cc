#include "model/BatchNorm.hh"

#include <ATen/Parallel.h>

#include <array>
#include <cmath>
#include <vector>

namespace caloforge::model {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Boxes of one channel of one sample: what the passes work on.
struct Boxes {
    std::size_t samples, channels, cells;
    explicit Boxes(const Tensor& x)
        : samples(static_cast<std::size_t>(x.size(0))),
          channels(static_cast<std::size_t>(x.size(1))),
          cells(static_cast<std::size_t>(x.numel() / x.size(0) / x.size(1))) {}

    /// Calls work(box, channel) for every box, in parallel.
    template <class Work>
    void each(const Work& work) const {
        at::parallel_for(
            0, static_cast<std::int64_t>(samples * channels), 1, [&](std::int64_t begin, std::int64_t end) {
                for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
                    work(i, i % channels);
            });
    }

    /// Pairs of numbers of every box, added by channel in the order of the samples.
    template <class Pair>
    std::vector<double> sum_by_channel(const Pair& pair) const {
        std::vector<std::array<double, 2>> single(samples * channels);
        each([&](std::size_t box, std::size_t) { single[box] = pair(box); });
        std::vector<double> out(2 * channels);
        for (std::size_t i = 0; i < single.size(); ++i) {
            out[2 * (i % channels)] += single[i][0];
            out[2 * (i % channels) + 1] += single[i][1];
        }
        return out;
    }
};

std::span<const float> box_of(const Tensor& x, const Boxes& boxes, std::size_t i) {
    return {x.const_data_ptr<float>() + i * boxes.cells, boxes.cells};
}

bool has_kernels(const Tensor& x) {
    return x.scalar_type() == torch::kFloat32 && x.device().is_cpu();
}

/// Sums of a and of a * b over all but the channels.
std::vector<double> sums_of(const Tensor& a, const Tensor& b) {
    const Tensor both = torch::stack({a.sum({0, 2, 3, 4}), (a * b).sum({0, 2, 3, 4})}, 1)
                            .to(torch::kCPU, torch::kFloat64)
                            .contiguous();
    return {both.const_data_ptr<double>(), both.const_data_ptr<double>() + both.numel()};
}

/// (1, C, 1, 1, 1)
Tensor by_channel(const std::vector<double>& values, const Tensor& like) {
    return torch::tensor(values, torch::kFloat64)
        .to(like.device(), like.scalar_type())
        .view({1, -1, 1, 1, 1});
}

std::vector<double> numbers(const Tensor& x) {
    const Tensor dense = x.detach().to(torch::kCPU, torch::kFloat64).contiguous();
    return {dense.const_data_ptr<double>(), dense.const_data_ptr<double>() + dense.numel()};
}

/// The running statistics follow those of the batch; the variance as that of the whole, not of the sample.
void follow(const BatchNormOptions& options, const std::vector<double>& mean,
            const std::vector<double>& variance, double count) {
    if (!options.mean.defined()) return;
    const torch::NoGradGuard no_grad;
    const auto move = [&](Tensor running, const std::vector<double>& now, double factor) {
        running.mul_(options.momentum)
            .add_(torch::tensor(now, torch::kFloat64).to(running.device(), running.scalar_type()),
                  factor * (1 - options.momentum));
    };
    move(options.mean, mean, 1);
    move(options.variance, variance, count / std::max(count - 1, 1.0));
}

class BatchNormFunction : public torch::autograd::Function<BatchNormFunction> {
  public:
    static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& gain, const Tensor& shift,
                          const BatchNormOptions& options) {
        const Boxes boxes(x);
        std::vector<double> sums =
            has_kernels(x)
                ? boxes.sum_by_channel([&](std::size_t i) { return kernels::sums(box_of(x, boxes, i)); })
                : sums_of(x, x);
        sums.push_back(static_cast<double>(boxes.samples * boxes.cells));
        if (options.sum_over_ranks) (*options.sum_over_ranks)(sums);
        const double count = sums.back();
        std::vector<double> mean(boxes.channels), variance(boxes.channels), inverse(boxes.channels);
        for (std::size_t c = 0; c < boxes.channels; ++c) {
            mean[c] = sums[2 * c] / count;
            variance[c] = std::max(0.0, sums[2 * c + 1] / count - mean[c] * mean[c]);
            inverse[c] = 1 / std::sqrt(variance[c] + options.epsilon);
        }
        follow(options, mean, variance, count);

        const std::vector<double> gains = numbers(gain), shifts = numbers(shift);
        std::vector<double> factor(boxes.channels), offset(boxes.channels);
        for (std::size_t c = 0; c < boxes.channels; ++c) {
            factor[c] = gains[c] * inverse[c];
            offset[c] = shifts[c] - factor[c] * mean[c];
        }
        Tensor out;
        if (has_kernels(x)) {
            out = torch::empty(x.sizes(), x.options());
            float* to = out.mutable_data_ptr<float>();
            boxes.each([&](std::size_t i, std::size_t c) {
                kernels::scale_drop(box_of(x, boxes, i), static_cast<float>(factor[c]),
                                    static_cast<float>(offset[c]), options.dropout.box(i),
                                    to + i * boxes.cells);
            });
        } else {
            out = x * by_channel(factor, x) + by_channel(offset, x);
        }
        context->save_for_backward({x, gain, options.dropout.bits()});
        context->saved_data["scale"] = options.dropout.scale();
        context->saved_data["mean"] = mean;
        context->saved_data["inverse"] = inverse;
        context->saved_data["count"] = count;
        // A pointer that the caller keeps alive.
        context->saved_data["sum"] = reinterpret_cast<std::int64_t>(options.sum_over_ranks);
        return out;
    }

    static variable_list backward(AutogradContext* context, variable_list upstream) {
        const auto saved = context->get_saved_variables();
        const Tensor &x = saved[0], gain = saved[1];
        const auto dropout = DropoutBits::restored(saved[2], context->saved_data["scale"].toDouble());
        const std::vector<double> mean = context->saved_data["mean"].toDoubleVector();
        const std::vector<double> inverse = context->saved_data["inverse"].toDoubleVector();
        const double count = context->saved_data["count"].toDouble();
        const auto* sum = reinterpret_cast<const SumOverRanks*>(context->saved_data["sum"].toInt());
        const Tensor g = upstream[0].contiguous();
        const Boxes boxes(x);
        // Of the gradient, and of its product with x.
        std::vector<double> sums = has_kernels(x) ? boxes.sum_by_channel([&](std::size_t i) {
            return kernels::gradient_sums(box_of(g, boxes, i), dropout.box(i), box_of(x, boxes, i));
        })
                                                  : sums_of(g, x);
        const auto to_gain = [&](std::size_t c) {
            return inverse[c] * (sums[2 * c + 1] - mean[c] * sums[2 * c]);
        };
        std::vector<double> of_gain(boxes.channels), of_shift(boxes.channels);
        for (std::size_t c = 0; c < boxes.channels; ++c) {
            of_gain[c] = to_gain(c);
            of_shift[c] = sums[2 * c];
        }
        if (sum != nullptr) (*sum)(sums);
        const std::vector<double> gains = numbers(gain);
        std::vector<double> a(boxes.channels), b(boxes.channels), offset(boxes.channels);
        for (std::size_t c = 0; c < boxes.channels; ++c) {
            a[c] = gains[c] * inverse[c];
            b[c] = -a[c] * inverse[c] * to_gain(c) / count;
            offset[c] = -a[c] * sums[2 * c] / count - b[c] * mean[c];
        }
        Tensor out;
        if (has_kernels(x)) {
            out = torch::empty(x.sizes(), x.options());
            float* to = out.mutable_data_ptr<float>();
            boxes.each([&](std::size_t i, std::size_t c) {
                kernels::scale_drop_gradient(box_of(g, boxes, i), dropout.box(i), box_of(x, boxes, i),
                                             static_cast<float>(a[c]), static_cast<float>(b[c]),
                                             static_cast<float>(offset[c]), to + i * boxes.cells);
            });
        } else {
            out = g * by_channel(a, x) + x * by_channel(b, x) + by_channel(offset, x);
        }
        return {out, torch::tensor(of_gain, torch::kFloat64).to(gain.device(), gain.scalar_type()),
                torch::tensor(of_shift, torch::kFloat64).to(gain.device(), gain.scalar_type()), Tensor()};
    }
};

}  // namespace

Tensor native_batch_norm(const Tensor& x, const Tensor& gain, const Tensor& shift,
                         const BatchNormOptions& options) {
    if (!has_kernels(x) && options.dropout.bits().defined())
        throw std::logic_error("native_batch_norm: dropout is for float32");
    return BatchNormFunction::apply(x.contiguous(), gain, shift, options);
}

}  // namespace caloforge::model
