#include "model/BandedConvolution.hh"

#include <algorithm>

namespace caloforge::model {

using torch::Tensor;

namespace {

/// Cells of the input along an axis without strides.
std::int64_t given(const network::ConvolutionAxis& axis) {
    return axis.output + axis.kernel - 1 - axis.low - axis.high;
}

}  // namespace

std::optional<BandedConvolution> BandedConvolution::make(const std::vector<network::ConvolutionAxis>& axes,
                                                         const Tensor& weight) {
    constexpr std::int64_t most_weights = std::int64_t{1} << 26;
    constexpr std::int64_t most_zeros = 16;
    if (axes.size() != 3 || axes[2].stride != 1) return std::nullopt;
    const std::int64_t meetings = given(axes[2]) * axes[2].output;
    if (given(axes[2]) > most_zeros * axes[2].kernel ||
        weight.numel() / axes[2].kernel > most_weights / meetings)
        return std::nullopt;
    return BandedConvolution(axes);
}

BandedConvolution::BandedConvolution(const std::vector<network::ConvolutionAxis>& axes)
    : made_(axes[2].output), given_(given(axes[2])) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
        stride_[axis] = axes[axis].stride;
        both_[axis] = std::min(axes[axis].low, axes[axis].high);
    }
    if (axes[0].low != axes[0].high || axes[1].low != axes[1].high)
        extra_ = {0,
                  0,
                  axes[1].low - both_[1],
                  axes[1].high - both_[1],
                  axes[0].low - both_[0],
                  axes[0].high - both_[0]};
    Tensor values = torch::zeros({axes[2].kernel, made_, given_});
    auto at = values.accessor<float, 3>();
    for (std::int64_t tap = 0; tap < axes[2].kernel; ++tap) {
        for (std::int64_t out = 0; out < made_; ++out) {
            const std::int64_t in = out + tap - axes[2].low;
            if (in >= 0 && in < given_) at[tap][out][in] = 1;
        }
    }
    meetings_->values = values.flatten(1);
}

Tensor BandedConvolution::meetings(const Tensor& like) const {
    const std::lock_guard lock(meetings_->mutex);
    Tensor& values = meetings_->values;
    if (values.device() != like.device() || values.scalar_type() != like.scalar_type())
        values = values.to(like.options().requires_grad(false));
    return values;
}

Tensor BandedConvolution::operator()(const Tensor& x, const Tensor& weight, const Tensor& bias) const {
    const std::int64_t rows = x.size(0), channels = weight.size(1), filters = weight.size(0);
    // (F, C, kx, ky, Z', Z) to (Z' F, Z C, kx, ky)
    const Tensor band = torch::matmul(weight, meetings(weight))
                            .unflatten(4, {made_, given_})
                            .permute({4, 0, 5, 1, 2, 3})
                            .reshape({made_ * filters, given_ * channels, weight.size(2), weight.size(3)})
                            .contiguous(at::MemoryFormat::ChannelsLast);
    const Tensor padded =
        (extra_.empty() ? x : torch::constant_pad_nd(x, extra_)).contiguous(at::MemoryFormat::ChannelsLast3d);
    const Tensor flat = padded.permute({0, 2, 3, 4, 1}).flatten(3).permute({0, 3, 1, 2});
    const Tensor out =
        torch::conv2d(flat, band, bias.defined() ? bias.repeat({made_}) : bias, stride_, both_);
    return out.permute({0, 2, 3, 1})
        .reshape({rows, out.size(2), out.size(3), made_, filters})
        .permute({0, 4, 1, 2, 3});
}

}  // namespace caloforge::model
