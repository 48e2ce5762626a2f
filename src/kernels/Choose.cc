#include "kernels/Choose.hh"

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

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {

HWY_EXPORT(choose_all);

void choose(const float* weights, const float* uniform, std::size_t choices, std::size_t count, float* out) {
    HWY_DYNAMIC_DISPATCH(choose_all)(weights, uniform, choices, count, out);
}

}  // namespace caloforge::kernels
#endif
