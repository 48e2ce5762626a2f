#include "model/Dropout.hh"

#include <ATen/Parallel.h>

#include <algorithm>
#include <bit>

#include "core/Random.hh"

namespace caloforge::model {
namespace {

using torch::Tensor;

constexpr double levels = 65536.0;  ///< 16 random bits per element

/// Dense, in the order of `like`.
Tensor laid_out(const Tensor& x, const Tensor& like) {
    return x.contiguous(like.suggest_memory_format());
}

/// One byte per element, in the order of x's memory: 1 where the element is kept.
Tensor bytes(const DropoutBits& bits, const Tensor& x, std::size_t cells) {
    Tensor out = torch::empty({x.numel()}, torch::kUInt8);
    auto* to = out.mutable_data_ptr<std::uint8_t>();
    const std::int64_t boxes = x.numel() / static_cast<std::int64_t>(cells);
    at::parallel_for(0, boxes, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t b = begin; b < end; ++b) {
            const auto kept = bits.box(static_cast<std::size_t>(b)).kept;
            std::uint8_t* row = to + static_cast<std::size_t>(b) * cells;
            for (std::size_t i = 0; i < cells; ++i) row[i] = kept[i / 16] >> (i % 16) & 1U;
        }
    });
    return laid_out(out.view(x.sizes()), x);
}

/// x * mask * factor on dense memory of equal order; the result has x's layout.
Tensor apply_mask(const Tensor& x, const Tensor& mask, double factor) {
    Tensor out = torch::empty_like(x);
    const auto* kept = mask.const_data_ptr<std::uint8_t>();
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "keyed_dropout", [&] {
        using compute_t = std::conditional_t<std::is_same_v<scalar_t, double>, double, float>;
        const auto scale = static_cast<compute_t>(factor);
        const auto* from = x.const_data_ptr<scalar_t>();
        auto* to = out.mutable_data_ptr<scalar_t>();
        at::parallel_for(0, x.numel(), 1 << 15, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                to[i] = static_cast<scalar_t>(kept[i] != 0 ? static_cast<compute_t>(from[i]) * scale
                                                           : compute_t(0));
            }
        });
    });
    return out;
}

class DropoutFunction : public torch::autograd::Function<DropoutFunction> {
  public:
    static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, Tensor mask,
                          double factor) {
        context->save_for_backward({mask});
        context->saved_data["factor"] = factor;
        return apply_mask(x, mask, factor);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const Tensor mask = context->get_saved_variables()[0];
        const double factor = context->saved_data["factor"].toDouble();
        return {apply_mask(laid_out(gradients[0], mask), mask, factor), Tensor(), Tensor()};
    }
};

}  // namespace

DropoutBits::DropoutBits(double rate, std::uint64_t seed, std::span<const std::uint64_t> samples,
                         std::uint32_t stream, std::size_t boxes, std::size_t cells) {
    if (rate == 0) return;
    scale_ = 1 / (1 - rate);
    const std::size_t words = kernels::bit_words(cells);
    bits_ = torch::empty(
        {static_cast<std::int64_t>(samples.size() * boxes), static_cast<std::int64_t>(words)}, torch::kInt16);
    auto* out = reinterpret_cast<std::uint16_t*>(bits_.mutable_data_ptr<std::int16_t>());
    const auto limit = static_cast<std::uint16_t>(std::min(rate * levels + 0.5, levels - 1));
    constexpr std::size_t block =
        8;  // elements of one block of random words, at which a stretch of them may begin
    at::parallel_for(
        0, static_cast<std::int64_t>(samples.size() * boxes), 1, [&](std::int64_t begin, std::int64_t end) {
            std::vector<std::uint32_t> random((cells + 2 * block) / 2);
            for (auto b = static_cast<std::size_t>(begin); b < static_cast<std::size_t>(end); ++b) {
                const core::RandomStream bits(seed, samples[b / boxes], core::first_training_stream + stream);
                const std::size_t element = b % boxes * cells, first = element / block * block;
                const std::size_t wanted = (element + cells - first + 1) / 2;
                bits.bits(std::span(random).first(wanted), static_cast<std::uint32_t>(first / 2));
                // Element 2w is the lower half of word w.
                if constexpr (std::endian::native != std::endian::little)
                    for (auto& word : random) word = word << 16 | word >> 16;
                const auto* halves = reinterpret_cast<const std::uint16_t*>(random.data());
                kernels::bits_not_below({halves + (element - first), cells}, limit, out + b * words);
            }
        });
}

DropoutBits DropoutBits::restored(Tensor bits, double scale) {
    DropoutBits out;
    out.bits_ = std::move(bits);
    out.scale_ = scale;
    return out;
}

kernels::Dropped DropoutBits::box(std::size_t i) const {
    if (!bits_.defined()) return {};
    const auto words = static_cast<std::size_t>(bits_.size(1));
    const auto* all = reinterpret_cast<const std::uint16_t*>(bits_.const_data_ptr<std::int16_t>());
    return {{all + i * words, words}, static_cast<float>(scale_)};
}

Tensor keyed_dropout(const Tensor& x, double rate, std::uint64_t seed, std::span<const std::uint64_t> samples,
                     std::uint32_t stream) {
    if (rate == 0) return x;
    if (!x.device().is_cpu()) return torch::dropout(x, rate, true);
    const Tensor dense = laid_out(x, x);
    const auto boxes = static_cast<std::size_t>(x.dim() == 5 ? x.size(1) : 1);
    const auto cells = static_cast<std::size_t>(x.numel() / x.size(0)) / boxes;
    const DropoutBits bits(rate, seed, samples, stream, boxes, cells);
    return DropoutFunction::apply(dense, bytes(bits, dense, cells), bits.scale());
}

}  // namespace caloforge::model
