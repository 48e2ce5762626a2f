#include "model/StockConvolution.hh"

#include <ATen/autocast_mode.h>

#include <atomic>
#include <memory>
#include <optional>

#include "core/Log.hh"
#include "model/BandedConvolution.hh"
#include "model/Device.hh"
#include "network/ConvolutionLayers.hh"

namespace caloforge::model {
namespace {

using network::Layer;
using network::Shape;
using torch::Tensor;

class Convolution {
  public:
    Convolution(const Layer& layer, const Shape& shape, const FindTensor& find)
        : name_(layer.name),
          transposed_(network::is_transposed(layer.type)),
          axes_(network::convolution_axes(layer, shape)),
          weight_(find("weight")),
          bias_(find("bias")) {
        std::vector<std::pair<std::int64_t, std::int64_t>> extra;
        bool uneven = false;
        for (const network::ConvolutionAxis& axis : axes_) {
            stride_.push_back(axis.stride);
            both_.push_back(std::min(axis.low, axis.high));
            extra.emplace_back(axis.low - both_.back(), axis.high - both_.back());
            uneven = uneven || axis.high != axis.low;
        }
        if (uneven) extra_ = last_first(extra);
        if (!transposed_) banded_ = BandedConvolution::make(axes_, weight_);
    }

    Tensor operator()(const Tensor& x) const {
        if (!x.device().is_cpu() || !at::autocast::is_autocast_enabled(at::kCPU)) return convolve(x);
        if (reduced_ == Reduced::untried) try_reduced(x);
        return reduced_ == Reduced::right ? convolve(x) : exact(x);
    }

  private:
    enum class Reduced { untried, right, wrong };

    Tensor convolve(const Tensor& x) const {
        if (transposed_) {
            Tensor out = axes_.size() == 1   ? torch::conv_transpose1d(x, weight_, bias_, stride_)
                         : axes_.size() == 2 ? torch::conv_transpose2d(x, weight_, bias_, stride_)
                                             : torch::conv_transpose3d(x, weight_, bias_, stride_);
            for (std::size_t i = 0; i < axes_.size(); ++i)
                out = out.narrow(static_cast<std::int64_t>(i) + 2, axes_[i].low, axes_[i].output);
            return out;
        }
        if (banded_ && x.is_cuda()) return (*banded_)(x, weight_, bias_);
        const Tensor padded = extra_.empty() ? x : torch::constant_pad_nd(x, extra_);
        return axes_.size() == 1   ? torch::conv1d(padded, weight_, bias_, stride_, both_)
               : axes_.size() == 2 ? torch::conv2d(padded, weight_, bias_, stride_, both_)
                                   : torch::conv3d(padded, weight_, bias_, stride_, both_);
    }

    Tensor exact(const Tensor& x) const {
        const PrecisionScope scope(torch::kCPU, Precision::float32);
        return convolve(x.to(torch::kFloat32));
    }

    void try_reduced(const Tensor& x) const {
        // bfloat16 keeps 8 bits: a right result differs by a few parts in a thousand of the largest value.
        constexpr double allowed = 0.05;
        const torch::NoGradGuard no_grad;
        const Tensor right = exact(x);
        const double off =
            ((convolve(x) - right).abs().max() / right.abs().max().clamp_min(1e-30)).item<double>();
        const auto verdict = off <= allowed ? Reduced::right : Reduced::wrong;
        if (reduced_.exchange(verdict) == Reduced::untried && verdict == Reduced::wrong) {
            core::warning(
                "layer `{}`: libtorch's bfloat16 convolution is off by {:.0f} % here; this layer computes in "
                "float32.",
                name_, 100 * off);
        }
    }

    std::string name_;
    bool transposed_;
    std::vector<network::ConvolutionAxis> axes_;
    Shape stride_, both_, extra_;  ///< extra_: of padding that is not the same at both ends
    Tensor weight_, bias_;
    std::optional<BandedConvolution> banded_;  ///< for GPUs
    mutable std::atomic<Reduced> reduced_ = Reduced::untried;
};

}  // namespace

LayerRun stock_convolution(const Layer& layer, const Shape& shape, const FindTensor& find) {
    return [convolution = std::make_shared<const Convolution>(layer, shape, find)](
               const std::vector<Tensor>& in, const ForwardMode&) { return (*convolution)(in[0]); };
}

Shape last_first(const std::vector<std::pair<std::int64_t, std::int64_t>>& pads) {
    Shape out;
    for (std::size_t axis = pads.size(); axis-- > 0;) {
        out.push_back(pads[axis].first);
        out.push_back(pads[axis].second);
    }
    return out;
}

}  // namespace caloforge::model
