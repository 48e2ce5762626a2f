#include "kernels/Functions.hh"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/Functions.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using One = hn::CappedTag<float, 1>;

// The same operation on whole vectors and on what is left.
template <class Function>
HWY_INLINE void each(float* data, std::size_t count, const Function& function) {
    const Tag d;
    const std::size_t step = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + step <= count; i += step) hn::StoreU(function(d, hn::LoadU(d, data + i)), d, data + i);
    const One one;
    for (; i < count; ++i) hn::StoreU(function(one, hn::LoadU(one, data + i)), one, data + i);
}

void affine_all(float* data, std::size_t count, float gain, float shift) {
    each(data, count, [=](auto d, auto x) { return hn::MulAdd(hn::Set(d, gain), x, hn::Set(d, shift)); });
}

void leaky_relu_all(float* data, std::size_t count, float slope) {
    if (slope == 0) {
        each(data, count, [](auto d, auto x) { return hn::IfThenZeroElse(hn::Le(x, hn::Zero(d)), x); });
    } else {
        each(data, count, [=](auto d, auto x) {
            return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Mul(hn::Set(d, slope), x), x);
        });
    }
}

void threshold_all(float* data, std::size_t count, float least) {
    each(data, count, [=](auto d, auto x) { return hn::IfThenZeroElse(hn::Lt(x, hn::Set(d, least)), x); });
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {

HWY_EXPORT(affine_all);
HWY_EXPORT(leaky_relu_all);
HWY_EXPORT(threshold_all);

void affine(float* data, std::size_t count, float gain, float shift) {
    HWY_DYNAMIC_DISPATCH(affine_all)(data, count, gain, shift);
}

void leaky_relu(float* data, std::size_t count, float slope) {
    HWY_DYNAMIC_DISPATCH(leaky_relu_all)(data, count, slope);
}

void threshold(float* data, std::size_t count, float least) {
    HWY_DYNAMIC_DISPATCH(threshold_all)(data, count, least);
}

}  // namespace caloforge::kernels
#endif
