#include "model/Dropout.hh"

#include <ATen/Parallel.h>

#include <array>

#include "core/Random.hh"

namespace caloforge::model {
namespace {

constexpr double levels = 65536.0;         ///< 16 random bits per element
constexpr std::size_t chunk_words = 2048;  ///< 8 kB of random words at a time stay in the first-level cache

torch::Tensor channels_last(const torch::Tensor& x) {
    return x.dim() == 5 ? x.contiguous(at::MemoryFormat::ChannelsLast3d) : x.contiguous();
}

/// One byte per element in the order of memory: 1 where the element is kept.
torch::Tensor make_mask(const torch::Tensor& x, double rate, std::uint64_t seed,
                        std::span<const std::uint64_t> samples, std::uint32_t stream) {
    torch::Tensor mask = torch::empty({x.numel()}, torch::kUInt8);
    auto* out = mask.data_ptr<std::uint8_t>();
    const auto limit = static_cast<std::uint32_t>(rate * levels + 0.5);
    const auto per_sample = static_cast<std::size_t>(x.numel() / x.size(0));
    at::parallel_for(0, x.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
        std::array<std::uint32_t, chunk_words> words;
        for (auto j = static_cast<std::size_t>(begin); j < static_cast<std::size_t>(end); ++j) {
            const core::RandomStream random(seed, samples[j], core::first_training_stream + stream);
            std::uint8_t* row = out + j * per_sample;
            for (std::size_t first = 0; first < per_sample; first += 2 * chunk_words) {
                const std::size_t count = std::min(2 * chunk_words, per_sample - first);
                random.bits(std::span(words).first((count + 1) / 2), static_cast<std::uint32_t>(first / 2));
                for (std::size_t i = 0; i < count / 2; ++i) {
                    row[first + 2 * i] = (words[i] & 0xFFFFU) >= limit;
                    row[first + 2 * i + 1] = (words[i] >> 16) >= limit;
                }
                if (count % 2 != 0) row[first + count - 1] = (words[count / 2] & 0xFFFFU) >= limit;
            }
        }
    });
    return mask;
}

/// x * mask * factor on dense memory of equal order; the result has x's layout.
torch::Tensor apply_mask(const torch::Tensor& x, const torch::Tensor& mask, float factor) {
    torch::Tensor out = torch::empty_like(x);
    const auto* kept = mask.const_data_ptr<std::uint8_t>();
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "keyed_dropout", [&] {
        const auto* from = x.const_data_ptr<scalar_t>();
        auto* to = out.mutable_data_ptr<scalar_t>();
        at::parallel_for(0, x.numel(), 1 << 15, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                to[i] = static_cast<scalar_t>(static_cast<float>(from[i]) * (kept[i] != 0 ? factor : 0.0F));
            }
        });
    });
    return out;
}

class DropoutFunction : public torch::autograd::Function<DropoutFunction> {
  public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                                 torch::Tensor mask, double factor) {
        context->save_for_backward({mask});
        context->saved_data["factor"] = factor;
        return apply_mask(x, mask, static_cast<float>(factor));
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const torch::Tensor mask = context->get_saved_variables()[0];
        const auto factor = static_cast<float>(context->saved_data["factor"].toDouble());
        return {apply_mask(channels_last(gradients[0]), mask, factor), torch::Tensor(), torch::Tensor()};
    }
};

}  // namespace

torch::Tensor keyed_dropout(const torch::Tensor& x, double rate, std::uint64_t seed,
                            std::span<const std::uint64_t> samples, std::uint32_t stream) {
    if (rate == 0) return x;
    if (!x.device().is_cpu()) return torch::dropout(x, rate, true);
    const torch::Tensor dense = channels_last(x);
    return DropoutFunction::apply(dense, make_mask(dense, rate, seed, samples, stream), 1.0 / (1.0 - rate));
}

}  // namespace caloforge::model
