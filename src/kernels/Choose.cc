#include "kernels/Choose.hh"

#include <cstdint>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/Choose.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/VectorMath-inl.hh"

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Elements [at, at + lanes of d). The exponentials are made twice: they cost less than memory for any number
// of choices.
template <class D>
HWY_INLINE void choose_at(D d, const float* weights, const float* uniform, std::size_t choices,
                          std::size_t count, std::size_t at, float* out) {
    using V = hn::Vec<D>;
    V largest = hn::LoadU(d, weights + at);
    for (std::size_t i = 1; i < choices; ++i)
        largest = hn::Max(largest, hn::LoadU(d, weights + i * count + at));
    const auto share = [&](std::size_t i) {
        return vector_exp(d, hn::Sub(hn::LoadU(d, weights + i * count + at), largest));
    };
    V all = share(0);
    for (std::size_t i = 1; i < choices; ++i) all = hn::Add(all, share(i));
    const V wanted = hn::Mul(hn::LoadU(d, uniform + at), all);
    V before = hn::Zero(d), chosen = hn::Zero(d);
    for (std::size_t i = 0; i + 1 < choices; ++i) {
        before = hn::Add(before, share(i));
        chosen = hn::Add(chosen, hn::IfThenElseZero(hn::Le(before, wanted), hn::Set(d, 1.0F)));
    }
    hn::StoreU(hn::IfThenElse(hn::IsNaN(all), all, chosen), d, out + at);
}

void choose_all(const float* weights, const float* uniform, std::size_t choices, std::size_t count,
                float* out) {
    for_vectors(count,
                [&](auto d, std::size_t at) { choose_at(d, weights, uniform, choices, count, at, out); });
}

// The sums of the shares up to each of the choices, at elements [at, at + lanes of d): (choices, count).
template <class D>
HWY_INLINE void sums_at(D d, const float* weights, std::size_t choices, std::size_t count, std::size_t at,
                        float* sums) {
    using V = hn::Vec<D>;
    V largest = hn::LoadU(d, weights + at);
    for (std::size_t i = 1; i < choices; ++i)
        largest = hn::Max(largest, hn::LoadU(d, weights + i * count + at));
    V before = hn::Zero(d);
    for (std::size_t i = 0; i < choices; ++i) {
        before = hn::Add(before, vector_exp(d, hn::Sub(hn::LoadU(d, weights + i * count + at), largest)));
        hn::StoreU(before, d, sums + i * count + at);
    }
}

// How many of the sums but the last a number reaches, found by halving: they rise.
template <class D>
HWY_INLINE void reached_at(D d, const float* sums, const float* uniform, std::size_t choices,
                           std::size_t count, std::size_t at, float* out) {
    const hn::RebindToSigned<D> di;
    const std::size_t column = at % count;
    // With one column, neighbours of a vector are draws; with several, columns.
    const auto lane = count == 1 ? hn::Zero(di) : hn::Iota(di, static_cast<std::int32_t>(column));
    const auto last = hn::Set(di, static_cast<std::int32_t>(choices - 1));
    const auto wide = hn::Set(di, static_cast<std::int32_t>(count));
    const auto sum_at = [&](auto choice) {
        return hn::GatherIndex(d, sums, hn::Add(hn::Mul(choice, wide), lane));
    };
    const auto all = sum_at(last);
    const auto wanted = hn::Mul(hn::LoadU(d, uniform + at), all);
    std::size_t step = 1;
    while (2 * step < choices) step *= 2;
    auto reached = hn::Zero(di);
    for (; step > 0; step /= 2) {
        const auto next = hn::Add(reached, hn::Set(di, static_cast<std::int32_t>(step)));
        const auto beyond = hn::Gt(next, last);
        const auto safe = hn::Sub(hn::Min(next, last), hn::Set(di, 1));
        const auto below = hn::RebindMask(di, hn::Le(sum_at(safe), wanted));
        reached = hn::IfThenElse(hn::AndNot(beyond, below), next, reached);
    }
    hn::StoreU(hn::IfThenElse(hn::IsNaN(all), all, hn::ConvertTo(d, reached)), d, out + at);
}

void choose_all_often(const float* weights, const float* uniform, std::size_t choices, std::size_t count,
                      std::size_t repeats, float* out) {
    std::vector<float> sums(choices * count);
    for_vectors(count, [&](auto d, std::size_t at) { sums_at(d, weights, choices, count, at, sums.data()); });
    if (count == 1) {
        for_vectors(repeats, [&](auto d, std::size_t at) {
            reached_at(d, sums.data(), uniform, choices, count, at, out);
        });
        return;
    }
    for (std::size_t row = 0; row < repeats * count; row += count) {
        for_vectors(count, [&](auto d, std::size_t at) {
            reached_at(d, sums.data(), uniform, choices, count, row + at, out);
        });
    }
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {

HWY_EXPORT(choose_all);
HWY_EXPORT(choose_all_often);

void choose(const float* weights, const float* uniform, std::size_t choices, std::size_t count, float* out) {
    HWY_DYNAMIC_DISPATCH(choose_all)(weights, uniform, choices, count, out);
}

void choose_often(const float* weights, const float* uniform, std::size_t choices, std::size_t count,
                  std::size_t repeats, float* out) {
    HWY_DYNAMIC_DISPATCH(choose_all_often)(weights, uniform, choices, count, repeats, out);
}

}  // namespace caloforge::kernels
#endif
