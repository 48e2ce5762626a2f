#include "kernels/Functions.hh"

#include <cmath>
#include <iterator>
#include <stdexcept>
#include <string>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/Functions.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/VectorMath-inl.hh"

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class Function>
HWY_INLINE void each(float* data, std::size_t count, const Function& function) {
    for_vectors(count,
                [&](auto d, std::size_t i) { hn::StoreU(function(d, hn::LoadU(d, data + i)), d, data + i); });
}

// In place, with the parameters in the order of the layer's row.
using Kernel = void (*)(float* data, std::size_t count, const float* parameters);

// 0, never -0.
void relu(float* data, std::size_t count, const float*) {
    each(data, count, [](auto d, auto x) { return hn::IfThenZeroElse(hn::Le(x, hn::Zero(d)), x); });
}

void leaky_relu(float* data, std::size_t count, const float* parameters) {
    const float slope = parameters[0];
    if (slope == 0) return relu(data, count, nullptr);
    each(data, count, [=](auto d, auto x) {
        return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Mul(hn::Set(d, slope), x), x);
    });
}

void threshold(float* data, std::size_t count, const float* parameters) {
    const float value = parameters[0];
    each(data, count, [=](auto d, auto x) { return hn::IfThenZeroElse(hn::Lt(x, hn::Set(d, value)), x); });
}

// Fused multiply-add.
void scale(float* data, std::size_t count, const float* parameters) {
    const float factor = parameters[0], offset = parameters[1];
    each(data, count, [=](auto d, auto x) { return hn::MulAdd(hn::Set(d, factor), x, hn::Set(d, offset)); });
}

void square(float* data, std::size_t count) {
    each(data, count, [](auto, auto x) { return hn::Mul(x, x); });
}

void inverse(float* data, std::size_t count) {
    each(data, count, [](auto d, auto x) { return hn::Div(hn::Set(d, 1.0F), x); });
}

void power(float* data, std::size_t count, const float* parameters) {
    const float exponent = parameters[0];
    if (exponent == 2) return square(data, count);
    if (exponent == -1) return inverse(data, count);
    for (std::size_t i = 0; i < count; ++i) data[i] = std::pow(data[i], exponent);
}

void sigmoid(float* data, std::size_t count, const float*) {
    each(data, count, [](auto d, auto x) { return vector_sigmoid(d, x); });
}

// max(x, 0) + ln(1 + e^-|x|): the logarithm's argument is between 1 and 2.
void softplus(float* data, std::size_t count, const float*) {
    each(data, count, [](auto d, auto x) {
        const auto rest = hn::Log1p(d, vector_exp(d, hn::Neg(hn::Abs(x))));
        return hn::IfThenElse(hn::IsNaN(x), x, hn::Add(hn::Max(x, hn::Zero(d)), rest));
    });
}

void silu(float* data, std::size_t count, const float*) {
    each(data, count, [](auto d, auto x) { return hn::Mul(x, vector_sigmoid(d, x)); });
}

void tanh(float* data, std::size_t count, const float*) {
    each(data, count, [](auto d, auto x) { return hn::IfThenElse(hn::IsNaN(x), x, hn::Tanh(d, x)); });
}

void elu(float* data, std::size_t count, const float* parameters) {
    const float alpha = parameters[0];
    each(data, count, [=](auto d, auto x) {
        const auto less_one = hn::Sub(vector_exp(d, x), hn::Set(d, 1.0F));
        return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Mul(hn::Set(d, alpha), less_one), x);
    });
}

void exp(float* data, std::size_t count, const float*) {
    each(data, count, [](auto d, auto x) { return vector_exp(d, x); });
}

void log(float* data, std::size_t count, const float*) {
    each(data, count, [](auto d, auto x) { return vector_log(d, x); });
}

// Highway's cosine takes what lies within 39,000 of zero.
void cos(float* data, std::size_t count, const float*) {
    each(data, count, [](auto d, auto x) { return vector_cos(d, x); });
}

void floor(float* data, std::size_t count, const float*) {
    each(data, count, [](auto, auto x) { return hn::Floor(x); });
}

struct Named {
    std::string_view name;
    Kernel kernel;
};
constexpr Named all_functions[] = {
    {"relu", relu},
    {"leaky_relu", leaky_relu},
    {"threshold", threshold},
    {"scale", scale},
    {"power", power},
    {"sigmoid", sigmoid},
    {"softplus", softplus},
    {"silu", silu},
    {"exp", exp},
    {"log", log},
    {"tanh", tanh},
    {"elu", elu},
    {"cos", cos},
    {"floor", floor},
};

std::size_t function_count() {
    return std::size(all_functions);
}

std::string_view name_of(std::size_t number) {
    return all_functions[number].name;
}

void run_function(std::size_t number, float* data, std::size_t count, const float* parameters) {
    all_functions[number].kernel(data, count, parameters);
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {

HWY_EXPORT(function_count);
HWY_EXPORT(name_of);
HWY_EXPORT(run_function);

std::vector<std::string_view> function_names() {
    std::vector<std::string_view> names;
    const std::size_t count = HWY_DYNAMIC_DISPATCH(function_count)();
    for (std::size_t number = 0; number < count; ++number)
        names.push_back(HWY_DYNAMIC_DISPATCH(name_of)(number));
    return names;
}

Function::Function(std::string_view name) : number_(0) {
    const auto names = function_names();
    while (number_ < names.size() && names[number_] != name) ++number_;
    if (number_ == names.size()) throw std::logic_error("there is no kernel `" + std::string(name) + "`");
}

std::string_view Function::name() const {
    return HWY_DYNAMIC_DISPATCH(name_of)(number_);
}

void Function::operator()(float* data, std::size_t count, const float* parameters) const {
    HWY_DYNAMIC_DISPATCH(run_function)(number_, data, count, parameters);
}

}  // namespace caloforge::kernels
#endif
