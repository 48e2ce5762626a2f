#include "kernels/Elementwise.hh"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/Elementwise.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Elements of n floats: work(k) for each part of an element that a register holds, `at` from its begin.
template <std::size_t n, class Work>
HWY_INLINE void for_parts(const Work& work) {
    const hn::CappedTag<float, n> d;
    for (std::size_t at = 0; at < n; at += hn::Lanes(d)) work(d, at);
}

template <std::size_t n>
struct Pair {
    const float *a, *b;

    HWY_INLINE Pair(const ElementPairs& pairs, std::size_t k)
        : a(pairs.a + (pairs.first ? static_cast<std::size_t>(pairs.first[k]) : k * pairs.step_a) * n),
          b(pairs.b + (pairs.second ? static_cast<std::size_t>(pairs.second[k]) : k * pairs.step_b) * n) {}
};

template <std::size_t n, class Combine>
void combine(const ElementPairs& pairs, std::size_t count, float* out, const Combine& combined) {
    for (std::size_t k = 0; k < count; ++k, out += n) {
        const Pair<n> pair(pairs, k);
        for_parts<n>([&](auto d, std::size_t at) {
            hn::StoreU(combined(hn::LoadU(d, pair.a + at), hn::LoadU(d, pair.b + at)), d, out + at);
        });
    }
}

template <std::size_t n>
void sum_elements(const float* in, std::span<const std::int32_t> elements,
                  std::span<const std::int32_t> begins, float scale, float* out) {
    for (std::size_t i = 0; i + 1 < begins.size(); ++i, out += n) {
        for_parts<n>([&](auto d, std::size_t at) {
            auto total = hn::Zero(d);
            for (std::int32_t k = begins[i]; k < begins[i + 1]; ++k) {
                const auto element = static_cast<std::size_t>(elements[static_cast<std::size_t>(k)]);
                total = hn::Add(total, hn::LoadU(d, in + element * n + at));
            }
            hn::StoreU(hn::Mul(total, hn::Set(d, scale)), d, out + at);
        });
    }
}

template <std::size_t n>
void sum_products(const ElementPairs& pairs, std::span<const std::int32_t> begins, float scale, float* out) {
    for (std::size_t i = 0; i + 1 < begins.size(); ++i, out += n) {
        for_parts<n>([&](auto d, std::size_t at) {
            auto total = hn::Zero(d);
            for (std::int32_t k = begins[i]; k < begins[i + 1]; ++k) {
                const Pair<n> pair(pairs, static_cast<std::size_t>(k));
                // Rounded twice, as two layers are.
                total = hn::Add(total, hn::Mul(hn::LoadU(d, pair.a + at), hn::LoadU(d, pair.b + at)));
            }
            hn::StoreU(hn::Mul(total, hn::Set(d, scale)), d, out + at);
        });
    }
}

void add_all(const ElementPairs& pairs, std::size_t count, bool together, float* out) {
    const auto add = [](auto a, auto b) { return hn::Add(a, b); };
    together ? combine<lanes>(pairs, count, out, add) : combine<1>(pairs, count, out, add);
}

void multiply_all(const ElementPairs& pairs, std::size_t count, bool together, float* out) {
    const auto multiply = [](auto a, auto b) { return hn::Mul(a, b); };
    together ? combine<lanes>(pairs, count, out, multiply) : combine<1>(pairs, count, out, multiply);
}

void sum_all(const float* in, std::span<const std::int32_t> elements, std::span<const std::int32_t> begins,
             float scale, bool together, float* out) {
    together ? sum_elements<lanes>(in, elements, begins, scale, out)
             : sum_elements<1>(in, elements, begins, scale, out);
}

void sum_products_all(const ElementPairs& pairs, std::span<const std::int32_t> begins, float scale,
                      bool together, float* out) {
    together ? sum_products<lanes>(pairs, begins, scale, out) : sum_products<1>(pairs, begins, scale, out);
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {

HWY_EXPORT(add_all);
HWY_EXPORT(multiply_all);
HWY_EXPORT(sum_all);
HWY_EXPORT(sum_products_all);

void add(const ElementPairs& pairs, std::size_t count, bool together, float* out) {
    HWY_DYNAMIC_DISPATCH(add_all)(pairs, count, together, out);
}

void multiply(const ElementPairs& pairs, std::size_t count, bool together, float* out) {
    HWY_DYNAMIC_DISPATCH(multiply_all)(pairs, count, together, out);
}

void sum(const float* in, std::span<const std::int32_t> elements, std::span<const std::int32_t> begins,
         float scale, bool together, float* out) {
    HWY_DYNAMIC_DISPATCH(sum_all)(in, elements, begins, scale, together, out);
}

void sum_of_products(const ElementPairs& pairs, std::span<const std::int32_t> begins, float scale,
                     bool together, float* out) {
    HWY_DYNAMIC_DISPATCH(sum_products_all)(pairs, begins, scale, together, out);
}

}  // namespace caloforge::kernels
#endif
