#include "kernels/Peak.hh"
#include "core/Clock.hh"

#include <algorithm>
#include <chrono>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/Peak.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Twelve are enough under way for two units with a latency of four to six.
double multiply_adds_all(std::size_t rounds, float* sink) {
    const hn::CappedTag<float, 16> d;
    using V = hn::Vec<decltype(d)>;
    // Different numbers, or the compiler would do one chain for all.
    V a = hn::Set(d, 1.0F), b = hn::Set(d, 2.0F), c = hn::Set(d, 3.0F), e = hn::Set(d, 4.0F);
    V f = hn::Set(d, 5.0F), g = hn::Set(d, 6.0F), h = hn::Set(d, 7.0F), i = hn::Set(d, 8.0F);
    V j = hn::Set(d, 9.0F), k = hn::Set(d, 10.0F), l = hn::Set(d, 11.0F), m = hn::Set(d, 12.0F);
    const V x = hn::Set(d, 0.999F), y = hn::Set(d, 1e-3F);
    for (std::size_t round = 0; round < rounds; ++round) {
        a = hn::MulAdd(a, x, y);
        b = hn::MulAdd(b, x, y);
        c = hn::MulAdd(c, x, y);
        e = hn::MulAdd(e, x, y);
        f = hn::MulAdd(f, x, y);
        g = hn::MulAdd(g, x, y);
        h = hn::MulAdd(h, x, y);
        i = hn::MulAdd(i, x, y);
        j = hn::MulAdd(j, x, y);
        k = hn::MulAdd(k, x, y);
        l = hn::MulAdd(l, x, y);
        m = hn::MulAdd(m, x, y);
    }
    const V sum =
        hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, e)),
                hn::Add(hn::Add(hn::Add(f, g), hn::Add(h, i)), hn::Add(hn::Add(j, k), hn::Add(l, m))));
    hn::StoreU(sum, d, sink);
    return 12.0 * 2.0 * static_cast<double>(hn::Lanes(d)) * static_cast<double>(rounds);
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {

HWY_EXPORT(multiply_adds_all);

double multiply_adds(std::size_t rounds) {
    volatile float kept;  // or a compiler that sees through the dispatch may leave the loop out
    float sink[16];
    const double operations = HWY_DYNAMIC_DISPATCH(multiply_adds_all)(rounds, sink);
    kept = sink[0];
    (void)kept;
    return operations;
}

double multiply_add_peak() {
    constexpr std::size_t rounds = 1'000'000;
    double best = 0;
    for (int attempt = 0; attempt < 20; ++attempt) {
        const auto start = core::Clock::now();
        const double operations = multiply_adds(rounds);
        const double seconds = core::seconds_since(start);
        best = std::max(best, operations / seconds * 1e-9);
    }
    return best;
}

}  // namespace caloforge::kernels
#endif
