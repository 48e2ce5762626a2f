#include "kernels/Pointwise.hh"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/Pointwise.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using PointTag = hn::CappedTag<float, 16>;
using PointVec = hn::Vec<PointTag>;

/// The bits of one register's cells, from a word of 16.
HWY_INLINE hn::Mask<PointTag> mask_of(PointTag d, std::uint32_t word, std::size_t part) {
    const std::uint32_t bits = word >> part;
    const std::uint8_t bytes[8] = {static_cast<std::uint8_t>(bits & 0xFFU),
                                   static_cast<std::uint8_t>(bits >> 8 & 0xFFU)};
    return hn::LoadMaskBits(d, bytes);
}

HWY_INLINE std::uint32_t bits_of(PointTag d, hn::Mask<PointTag> mask, std::size_t part) {
    std::uint8_t bytes[8] = {};
    hn::StoreMaskBits(d, mask, bytes);
    return static_cast<std::uint32_t>(bytes[0] | bytes[1] << 8) << part;
}

HWY_INLINE PointVec drop(PointTag d, PointVec x, const Dropped& dropped, std::size_t word, std::size_t part) {
    if (dropped.kept.empty()) return x;
    return hn::IfThenElseZero(mask_of(d, dropped.kept[word], part), hn::Mul(x, hn::Set(d, dropped.scale)));
}

/// Calls work(first cell, word, part within the word, cells) for every register; the last may hold fewer
/// cells.
template <class Work>
HWY_INLINE void for_registers(std::size_t cells, const Work& work) {
    const std::size_t width = hn::Lanes(PointTag());
    std::size_t i = 0;
    for (; i + width <= cells; i += width) work(i, i / 16, i % 16, width);
    if (i < cells) work(i, i / 16, i % 16, cells - i);
}

HWY_INLINE PointVec load(PointTag d, const float* from, std::size_t cells) {
    if (cells == hn::Lanes(d)) return hn::LoadU(d, from);
    HWY_ALIGN float last[16] = {};
    std::copy_n(from, cells, last);
    return hn::Load(d, last);
}

HWY_INLINE void store(PointTag d, PointVec x, float* to, std::size_t cells) {
    if (cells == hn::Lanes(d)) {
        hn::StoreU(x, d, to);
        return;
    }
    HWY_ALIGN float last[16];
    hn::Store(x, d, last);
    std::copy_n(last, cells, to);
}

void bits_not_below_all(const std::uint16_t* values, std::size_t cells, std::uint16_t limit,
                        std::uint16_t* bits) {
    const hn::CappedTag<std::uint16_t, 16> d;
    const std::size_t width = hn::Lanes(d);
    const auto least = hn::Set(d, limit);
    for (std::size_t w = 0; w < (cells + 15) / 16; ++w) {
        const std::size_t count = std::min<std::size_t>(16, cells - 16 * w);
        std::uint16_t last[16] = {};
        const std::uint16_t* from = values + 16 * w;
        if (count < 16) {
            std::copy_n(from, count, last);
            from = last;
        }
        std::uint32_t word = 0;
        for (std::size_t part = 0; part < 16; part += width) {
            std::uint8_t bytes[8] = {};
            const auto x = hn::LoadU(d, from + part);
            hn::StoreMaskBits(d, hn::Eq(hn::Max(x, least), x), bytes);
            word |= static_cast<std::uint32_t>(bytes[0] | bytes[1] << 8) << part;
        }
        bits[w] = static_cast<std::uint16_t>(word);
    }
}

void bias_leaky_drop_all(std::span<const float> in, float bias, float slope, const Dropped& dropped,
                         std::uint16_t* positive, float* out) {
    const PointTag d;
    const PointVec add = hn::Set(d, bias), factor = hn::Set(d, slope);
    if (positive != nullptr) std::fill_n(positive, (in.size() + 15) / 16, std::uint16_t{0});
    for_registers(in.size(), [&](std::size_t i, std::size_t word, std::size_t part, std::size_t cells) {
        const PointVec x = hn::Add(load(d, in.data() + i, cells), add);
        const auto above = hn::Gt(x, hn::Zero(d));
        if (positive != nullptr)
            positive[word] = static_cast<std::uint16_t>(positive[word] | bits_of(d, above, part));
        store(d, drop(d, hn::IfThenElse(above, x, hn::Mul(x, factor)), dropped, word, part), out + i, cells);
    });
}

void bias_leaky_drop_gradient_all(std::span<const float> gradient, float slope, const std::uint16_t* positive,
                                  const Dropped& dropped, float* out) {
    const PointTag d;
    const PointVec factor = hn::Set(d, slope);
    for_registers(gradient.size(), [&](std::size_t i, std::size_t word, std::size_t part, std::size_t cells) {
        PointVec g = drop(d, load(d, gradient.data() + i, cells), dropped, word, part);
        if (positive != nullptr) g = hn::IfThenElse(mask_of(d, positive[word], part), g, hn::Mul(g, factor));
        store(d, g, out + i, cells);
    });
}

/// Runs of registers whose sums are taken in float; a run's sum goes to double.
constexpr std::size_t run = 16 * 16;

void sums_all(std::span<const float> in, double* out) {
    const PointTag d;
    out[0] = out[1] = 0;
    for (std::size_t first = 0; first < in.size(); first += run) {
        const std::size_t count = std::min(run, in.size() - first);
        PointVec sum = hn::Zero(d), squares = hn::Zero(d);
        for_registers(count, [&](std::size_t i, std::size_t, std::size_t, std::size_t cells) {
            const PointVec x = load(d, in.data() + first + i, cells);
            sum = hn::Add(sum, x);
            squares = hn::MulAdd(x, x, squares);
        });
        out[0] += hn::GetLane(hn::SumOfLanes(d, sum));
        out[1] += hn::GetLane(hn::SumOfLanes(d, squares));
    }
}

void gradient_sums_all(std::span<const float> gradient, const Dropped& dropped, std::span<const float> in,
                       double* out) {
    const PointTag d;
    out[0] = out[1] = 0;
    for (std::size_t first = 0; first < in.size(); first += run) {
        const std::size_t count = std::min(run, in.size() - first);
        PointVec sum = hn::Zero(d), products = hn::Zero(d);
        for_registers(count, [&](std::size_t i, std::size_t word, std::size_t part, std::size_t cells) {
            const PointVec x = load(d, in.data() + first + i, cells);
            const PointVec g =
                drop(d, load(d, gradient.data() + first + i, cells), dropped, first / 16 + word, part);
            sum = hn::Add(sum, g);
            products = hn::MulAdd(g, x, products);
        });
        out[0] += hn::GetLane(hn::SumOfLanes(d, sum));
        out[1] += hn::GetLane(hn::SumOfLanes(d, products));
    }
}

void scale_drop_all(std::span<const float> in, float factor, float offset, const Dropped& dropped,
                    float* out) {
    const PointTag d;
    const PointVec times = hn::Set(d, factor), add = hn::Set(d, offset);
    for_registers(in.size(), [&](std::size_t i, std::size_t word, std::size_t part, std::size_t cells) {
        const PointVec x = hn::MulAdd(load(d, in.data() + i, cells), times, add);
        store(d, drop(d, x, dropped, word, part), out + i, cells);
    });
}

void scale_drop_gradient_all(std::span<const float> gradient, const Dropped& dropped,
                             std::span<const float> in, float of_gradient, float of_in, float offset,
                             float* out) {
    const PointTag d;
    const PointVec a = hn::Set(d, of_gradient), b = hn::Set(d, of_in), c = hn::Set(d, offset);
    for_registers(in.size(), [&](std::size_t i, std::size_t word, std::size_t part, std::size_t cells) {
        const PointVec g = drop(d, load(d, gradient.data() + i, cells), dropped, word, part);
        const PointVec x = load(d, in.data() + i, cells);
        store(d, hn::MulAdd(a, g, hn::MulAdd(b, x, c)), out + i, cells);
    });
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {

HWY_EXPORT(bits_not_below_all);
HWY_EXPORT(bias_leaky_drop_all);
HWY_EXPORT(bias_leaky_drop_gradient_all);
HWY_EXPORT(sums_all);
HWY_EXPORT(gradient_sums_all);
HWY_EXPORT(scale_drop_all);
HWY_EXPORT(scale_drop_gradient_all);

void bits_not_below(std::span<const std::uint16_t> values, std::uint16_t limit, std::uint16_t* bits) {
    HWY_DYNAMIC_DISPATCH(bits_not_below_all)(values.data(), values.size(), limit, bits);
}

void bias_leaky_drop(std::span<const float> in, float bias, float slope, const Dropped& dropped,
                     std::span<std::uint16_t> positive, float* out) {
    HWY_DYNAMIC_DISPATCH(bias_leaky_drop_all)(in, bias, slope, dropped, positive.data(), out);
}

void bias_leaky_drop_gradient(std::span<const float> gradient, float slope,
                              std::span<const std::uint16_t> positive, const Dropped& dropped, float* out) {
    HWY_DYNAMIC_DISPATCH(bias_leaky_drop_gradient_all)(gradient, slope, positive.data(), dropped, out);
}

std::array<double, 2> sums(std::span<const float> in) {
    std::array<double, 2> out{};
    HWY_DYNAMIC_DISPATCH(sums_all)(in, out.data());
    return out;
}

std::array<double, 2> gradient_sums(std::span<const float> gradient, const Dropped& dropped,
                                    std::span<const float> in) {
    std::array<double, 2> out{};
    HWY_DYNAMIC_DISPATCH(gradient_sums_all)(gradient, dropped, in, out.data());
    return out;
}

void scale_drop(std::span<const float> in, float factor, float offset, const Dropped& dropped, float* out) {
    HWY_DYNAMIC_DISPATCH(scale_drop_all)(in, factor, offset, dropped, out);
}

void scale_drop_gradient(std::span<const float> gradient, const Dropped& dropped, std::span<const float> in,
                         float of_gradient, float of_in, float offset, float* out) {
    HWY_DYNAMIC_DISPATCH(scale_drop_gradient_all)(gradient, dropped, in, of_gradient, of_in, offset, out);
}

}  // namespace caloforge::kernels
#endif
