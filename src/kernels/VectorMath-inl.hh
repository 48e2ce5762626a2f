// Included once for every instruction set (Highway's foreach_target), hence no plain include guard.
#if defined(CALOFORGE_KERNELS_VECTOR_MATH) == defined(HWY_TARGET_TOGGLE)
#ifdef CALOFORGE_KERNELS_VECTOR_MATH
#undef CALOFORGE_KERNELS_VECTOR_MATH
#else
#define CALOFORGE_KERNELS_VECTOR_MATH
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <cstddef>
#include <limits>

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {

/// Calls function(tag, i) for elements [0, count): i the first of every whole vector, then of every element
/// that is left, with a tag of one lane.
template <class Function>
HWY_INLINE void for_vectors(std::size_t count, const Function& function) {
    namespace hn = hwy::HWY_NAMESPACE;
    const hn::ScalableTag<float> d;
    const hn::CappedTag<float, 1> one;
    const std::size_t step = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + step <= count; i += step) function(d, i);
    for (; i < count; ++i) function(one, i);
}

/// e^x within 1 ULP (Highway's), with the usual ends: 0, infinity, NaN stays NaN.
template <class D, class V>
HWY_INLINE V vector_exp(D d, V x) {
    namespace hn = hwy::HWY_NAMESPACE;
    constexpr float largest = 88.722839F;  // ln of the largest float
    constexpr float least = -87.336544F;   // ln of the least normal one
    const V inside = hn::Exp(d, hn::Min(hn::Max(x, hn::Set(d, least)), hn::Set(d, largest)));
    const V low = hn::IfThenZeroElse(hn::Lt(x, hn::Set(d, least)), inside);
    const V high = hn::IfThenElse(hn::Gt(x, hn::Set(d, largest)),
                                  hn::Set(d, std::numeric_limits<float>::infinity()), low);
    return hn::IfThenElse(hn::IsNaN(x), x, high);
}

/// ln x within 4 ULP (Highway's), with the usual ends: -infinity at 0, NaN below, infinity, NaN stays NaN.
template <class D, class V>
HWY_INLINE V vector_log(D d, V x) {
    namespace hn = hwy::HWY_NAMESPACE;
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const auto ordinary = hn::And(hn::Gt(x, hn::Zero(d)), hn::Lt(x, hn::Set(d, infinity)));
    const V inside = hn::Log(d, hn::IfThenElse(ordinary, x, hn::Set(d, 1.0F)));
    const V at_zero = hn::IfThenElse(hn::Eq(x, hn::Zero(d)), hn::Set(d, -infinity),
                                     hn::Set(d, std::numeric_limits<float>::quiet_NaN()));
    const V other = hn::IfThenElse(hn::Eq(x, hn::Set(d, infinity)), x, at_zero);
    return hn::IfThenElse(ordinary, inside, other);
}

/// cos x within 3 ULP (Highway's) for |x| up to 39,000; NaN beyond, and for NaN.
template <class D, class V>
HWY_INLINE V vector_cos(D d, V x) {
    namespace hn = hwy::HWY_NAMESPACE;
    constexpr float largest = 39000;
    const auto ordinary = hn::Le(hn::Abs(x), hn::Set(d, largest));
    const V inside = hn::Cos(d, hn::IfThenElseZero(ordinary, x));
    return hn::IfThenElse(ordinary, inside, hn::Set(d, std::numeric_limits<float>::quiet_NaN()));
}

/// 1 / (1 + e^-x).
template <class D, class V>
HWY_INLINE V vector_sigmoid(D d, V x) {
    namespace hn = hwy::HWY_NAMESPACE;
    const V one = hn::Set(d, 1.0F);
    return hn::Div(one, hn::Add(one, vector_exp(d, hn::Neg(x))));
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
