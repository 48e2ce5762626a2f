#include "kernels/Functions.hh"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/Functions.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/VectorMath-inl.hh"

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

void exp_all(float* data, std::size_t count) {
    each(data, count, [](auto d, auto x) { return vector_exp(d, x); });
}

void log_all(float* data, std::size_t count) {
    each(data, count, [](auto d, auto x) { return vector_log(d, x); });
}

void sigmoid_all(float* data, std::size_t count) {
    each(data, count, [](auto d, auto x) { return vector_sigmoid(d, x); });
}

void silu_all(float* data, std::size_t count) {
    each(data, count, [](auto d, auto x) { return hn::Mul(x, vector_sigmoid(d, x)); });
}

// max(x, 0) + ln(1 + e^-|x|): the logarithm's argument is between 1 and 2.
void softplus_all(float* data, std::size_t count) {
    each(data, count, [](auto d, auto x) {
        const auto rest = hn::Log1p(d, vector_exp(d, hn::Neg(hn::Abs(x))));
        return hn::IfThenElse(hn::IsNaN(x), x, hn::Add(hn::Max(x, hn::Zero(d)), rest));
    });
}

void square_all(float* data, std::size_t count) {
    each(data, count, [](auto, auto x) { return hn::Mul(x, x); });
}

void inverse_all(float* data, std::size_t count) {
    each(data, count, [](auto d, auto x) { return hn::Div(hn::Set(d, 1.0F), x); });
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {

HWY_EXPORT(affine_all);
HWY_EXPORT(leaky_relu_all);
HWY_EXPORT(threshold_all);
HWY_EXPORT(exp_all);
HWY_EXPORT(log_all);
HWY_EXPORT(sigmoid_all);
HWY_EXPORT(silu_all);
HWY_EXPORT(softplus_all);
HWY_EXPORT(square_all);
HWY_EXPORT(inverse_all);

void affine(float* data, std::size_t count, float gain, float shift) {
    HWY_DYNAMIC_DISPATCH(affine_all)(data, count, gain, shift);
}

void leaky_relu(float* data, std::size_t count, float slope) {
    HWY_DYNAMIC_DISPATCH(leaky_relu_all)(data, count, slope);
}

void threshold(float* data, std::size_t count, float least) {
    HWY_DYNAMIC_DISPATCH(threshold_all)(data, count, least);
}

void exp(float* data, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(exp_all)(data, count);
}

void log(float* data, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(log_all)(data, count);
}

void sigmoid(float* data, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(sigmoid_all)(data, count);
}

void silu(float* data, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(silu_all)(data, count);
}

void softplus(float* data, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(softplus_all)(data, count);
}

static void square(float* data, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(square_all)(data, count);
}

static void inverse(float* data, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(inverse_all)(data, count);
}

void power(float* data, std::size_t count, float exponent) {
    if (exponent == 2) return square(data, count);
    if (exponent == -1) return inverse(data, count);
    for (std::size_t i = 0; i < count; ++i) data[i] = std::pow(data[i], exponent);
}

}  // namespace caloforge::kernels
#endif
