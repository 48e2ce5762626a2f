#include "kernels/SplineSample.hh"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/SplineSample.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/VectorMath-inl.hh"

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Elements [at, at + lanes of d).
template <class D>
HWY_INLINE void draw(D d, const SplineSample& rule, const float* parameters, const float* uniform,
                     std::size_t count, std::size_t at, float* out) {
    using V = hn::Vec<D>;
    const V zero = hn::Zero(d), w = hn::LoadU(d, uniform + at);
    const V occupied = rule.zeros ? vector_sigmoid(d, hn::LoadU(d, parameters + at)) : hn::Set(d, 1.0F);
    if (rule.zeros) parameters += count;
    const auto hit = hn::Lt(w, occupied);
    // Most cells of a shower are empty, for all lanes alike.
    if (hn::AllFalse(d, hit)) {
        // A network that breaks down makes NaN, which is no hit and must be seen.
        hn::StoreU(hn::IfThenElse(hn::IsNaN(occupied), occupied, zero), d, out + at);
        return;
    }
    const V one = hn::Set(d, 1.0F), half = hn::Set(d, 0.5F);
    const V t = vector_log(d, hn::Div(hn::IfThenElse(hit, hn::Sub(occupied, w), w), w));
    const V z = hn::Div(t, hn::Sqrt(hn::MulAdd(half, hn::Abs(t), one)));
    V u = hn::LoadU(d, parameters + at);
    V before = zero, before_square = zero;
    const std::size_t last = rule.knots.size() - 1;
    for (std::size_t j = 0; j <= last; ++j) {
        V integral = hn::Set(d, -rule.to_zero[j]);
        const V beyond = hn::Sub(z, hn::Set(d, rule.knots[j]));
        if (j > 0) {
            const float h = rule.knots[j] - rule.knots[j - 1];
            integral = hn::MulAdd(before_square, hn::Set(d, 1 / (2 * h)), integral);
        }
        if (j < last) {
            const float h = rule.knots[j + 1] - rule.knots[j];
            before = hn::Min(hn::Max(beyond, zero), hn::Set(d, h));
            before_square = hn::Mul(before, before);
            integral = hn::Add(integral, before);
            integral = hn::MulAdd(before_square, hn::Set(d, -1 / (2 * h)), integral);
        }
        if (j == 0) integral = hn::Add(integral, hn::Min(beyond, zero));
        if (j == last) integral = hn::Add(integral, hn::Max(beyond, zero));
        const V log_slope = hn::LoadU(d, parameters + (1 + j) * count + at);
        const V limited =
            hn::Min(hn::Max(log_slope, hn::Set(d, rule.least_log_slope)), hn::Set(d, rule.largest_log_slope));
        u = hn::MulAdd(vector_exp(d, limited), integral, u);
    }
    V v = hn::Add(u, hn::Set(d, rule.shift));
    for (std::size_t j = 0; j < rule.from.size(); ++j) {
        const V beyond = hn::Max(hn::Sub(u, hn::Set(d, rule.from[j])), zero);
        v = hn::MulAdd(beyond, hn::Set(d, rule.bends[j]), v);
    }
    const V drawn = vector_exp(d, hn::Min(v, hn::Set(d, rule.largest_log)));
    hn::StoreU(hn::IfThenElse(hit, drawn, hn::IfThenElse(hn::IsNaN(occupied), occupied, zero)), d, out + at);
}

void run_all(const SplineSample& rule, const float* parameters, const float* uniform, std::size_t count,
             float* out) {
    for_vectors(count, [&](auto d, std::size_t at) { draw(d, rule, parameters, uniform, count, at, out); });
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {

HWY_EXPORT(run_all);

void run(const SplineSample& rule, const float* parameters, const float* uniform, std::size_t count,
         float* out) {
    HWY_DYNAMIC_DISPATCH(run_all)(rule, parameters, uniform, count, out);
}

}  // namespace caloforge::kernels
#endif
