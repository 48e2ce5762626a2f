// Functions of double precision for step_together(), the same bits for every instruction set: no operation is
// fused with another. Included once for every instruction set (Highway's foreach_target), hence no plain
// include guard.
#if defined(CALOFORGE_MONTECARLO_STEP_MATH) == defined(HWY_TARGET_TOGGLE)
#ifdef CALOFORGE_MONTECARLO_STEP_MATH
#undef CALOFORGE_MONTECARLO_STEP_MATH
#else
#define CALOFORGE_MONTECARLO_STEP_MATH
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace caloforge::montecarlo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
using Words = hn::RebindToUnsigned<D>;

/// Of whole numbers below 2^52.
template <class D>
HWY_INLINE hn::Vec<D> to_double(D d, hn::Vec<Words<D>> whole) {
    const Words<D> w;
    constexpr std::uint64_t magic = 0x4330000000000000;  // 2^52
    return hn::Sub(hn::BitCast(d, hn::Or(whole, hn::Set(w, magic))), hn::Set(d, 0x1p52));
}

/// Doubles that are whole numbers below 2^52, as words.
template <class D>
HWY_INLINE hn::Vec<Words<D>> to_words(D d, hn::Vec<D> whole) {
    const Words<D> w;
    return hn::Sub(hn::BitCast(w, hn::Add(whole, hn::Set(d, 0x1p52))), hn::Set(w, 0x4330000000000000));
}

/// work(at) for each register of places, `at` its first, in which anything lives.
template <class D, class Lives, class Work>
HWY_INLINE void for_registers(D d, const Lives& lives, const Work& work) {
    for (std::size_t at = 0; at < lives.size(); at += hn::Lanes(d)) {
        bool any = false;
        for (std::size_t i = at; i < at + hn::Lanes(d); ++i) any = any || lives[i];
        if (any) work(at);
    }
}

/// The float in the lower half of each word; 0 or a normal number.
template <class D>
HWY_INLINE hn::Vec<D> widened(D d, hn::Vec<Words<D>> word) {
    // 8 bits of exponent, 23 of mantissa into 11 and 52.
    const Words<D> w;
    const auto sign = hn::ShiftLeft<32>(hn::And(word, hn::Set(w, 0x80000000)));
    const auto rest = hn::And(word, hn::Set(w, 0x7FFFFFFF));
    const auto moved = hn::Add(hn::ShiftLeft<29>(rest), hn::Set(w, std::uint64_t{1023 - 127} << 52));
    const auto value = hn::IfThenElseZero(hn::Ne(rest, hn::Zero(w)), moved);
    return hn::BitCast(d, hn::Or(value, sign));
}

/// a + x b.
template <class D>
HWY_INLINE hn::Vec<D> plus(D d, double a, hn::Vec<D> x, hn::Vec<D> b) {
    return hn::Add(hn::Set(d, a), hn::Mul(x, b));
}
/// a + x b.
template <class D>
HWY_INLINE hn::Vec<D> line(D d, double a, double b, hn::Vec<D> x) {
    return plus(d, a, x, hn::Set(d, b));
}

/// ln x of positive normal numbers: fast_log() of FastMath.hh.
template <class D>
HWY_INLINE hn::Vec<D> log_of(D d, hn::Vec<D> x) {
    const Words<D> w;
    constexpr std::uint64_t one = 0x3FF0000000000000, root_half = 0x3FE6A09E667F3BCD;
    const auto bits = hn::BitCast(w, x);
    const auto exponent = hn::ShiftRight<52>(hn::Add(bits, hn::Set(w, one - root_half)));
    const auto m = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<52>(hn::Sub(exponent, hn::Set(w, 1023)))));
    const auto z = hn::Div(hn::Sub(m, hn::Set(d, 1.0)), hn::Add(m, hn::Set(d, 1.0)));
    const auto z2 = hn::Mul(z, z), z4 = hn::Mul(z2, z2);
    const auto low = hn::Add(line(d, 1.0, 1.0 / 3, z2), hn::Mul(z4, line(d, 1.0 / 5, 1.0 / 7, z2)));
    const auto high = plus(d, 1.0 / 9, z2, line(d, 1.0 / 11, 1.0 / 13, z2));
    const auto series = hn::Add(low, hn::Mul(hn::Mul(z4, z4), high));
    constexpr double ln2 = 0.693147180559945309417;
    const auto whole = hn::Sub(to_double(d, exponent), hn::Set(d, 1023.0));
    return hn::Add(hn::Mul(whole, hn::Set(d, ln2)), hn::Mul(hn::Set(d, 2.0), hn::Mul(z, series)));
}

/// e^x for x <= 0; 0 below -700: fast_exp() of FastMath.hh.
template <class D>
HWY_INLINE hn::Vec<D> exp_of(D d, hn::Vec<D> given) {
    const Words<D> w;
    const auto x = hn::Max(given, hn::Set(d, -700.0));
    const auto shifted = hn::Add(hn::Mul(x, hn::Set(d, 1.44269504088896340736)), hn::Set(d, 0x1.8p52));
    const auto n = hn::Sub(shifted, hn::Set(d, 0x1.8p52));
    const auto r = hn::Sub(hn::Sub(x, hn::Mul(n, hn::Set(d, 0x1.62e42fefa38p-1))),
                           hn::Mul(n, hn::Set(d, 0x1.ef35793c7673p-45)));
    const auto r2 = hn::Mul(r, r), r4 = hn::Mul(r2, r2);
    const auto low = hn::Add(line(d, 1.0, 1.0, r), hn::Mul(r2, line(d, 1.0 / 2, 1.0 / 6, r)));
    const auto middle =
        hn::Add(line(d, 1.0 / 24, 1.0 / 120, r), hn::Mul(r2, line(d, 1.0 / 720, 1.0 / 5040, r)));
    const auto high = plus(d, 1.0 / 40320, r, line(d, 1.0 / 362880, 1.0 / 3628800, r));
    const auto series = hn::Add(low, hn::Mul(r4, hn::Add(middle, hn::Mul(r4, high))));
    // The whole number stands in the last bits of `shifted`.
    const auto exponent = hn::ShiftLeft<52>(hn::Add(hn::BitCast(w, shifted), hn::Set(w, 1023)));
    const auto out = hn::Mul(series, hn::BitCast(d, exponent));
    return hn::IfThenElseZero(hn::Gt(given, hn::Set(d, -700.0)), out);
}

/// Cosine and sine of 2 pi u, u in (0, 1), to 1e-11.
template <class D>
HWY_INLINE void turn_of(D d, hn::Vec<D> u, hn::Vec<D>& cosine, hn::Vec<D>& sine) {
    const Words<D> w;
    const auto quarters = hn::Mul(u, hn::Set(d, 4.0));
    const auto shifted = hn::Add(quarters, hn::Set(d, 0x1.8p52));
    const auto quadrant = hn::BitCast(w, shifted);
    const auto r = hn::Mul(hn::Sub(quarters, hn::Sub(shifted, hn::Set(d, 0x1.8p52))),
                           hn::Set(d, 1.57079632679489661923));
    const auto r2 = hn::Mul(r, r);
    const auto s =
        hn::Mul(r, plus(d, 1.0, r2,
                        plus(d, -1.0 / 6, r2,
                             plus(d, 1.0 / 120, r2,
                                  plus(d, -1.0 / 5040, r2, line(d, 1.0 / 362880, -1.0 / 39916800, r2))))));
    const auto c =
        plus(d, 1.0, r2,
             plus(d, -1.0 / 2, r2,
                  plus(d, 1.0 / 24, r2,
                       plus(d, -1.0 / 720, r2,
                            plus(d, 1.0 / 40320, r2, line(d, -1.0 / 3628800, 1.0 / 479001600, r2))))));
    const auto one = hn::Set(w, 1);
    const auto odd = hn::Ne(hn::And(quadrant, one), hn::Zero(w));
    const auto swapped = hn::RebindMask(d, odd);
    // Signs: the sine's turns in the quadrants 2 and 3, the cosine's in 1 and 2.
    const auto sine_sign = hn::BitCast(d, hn::ShiftLeft<62>(hn::And(quadrant, hn::Set(w, 2))));
    const auto cosine_sign =
        hn::BitCast(d, hn::ShiftLeft<62>(hn::And(hn::Add(quadrant, one), hn::Set(w, 2))));
    sine = hn::Xor(hn::IfThenElse(swapped, c, s), sine_sign);
    cosine = hn::Xor(hn::IfThenElse(swapped, s, c), cosine_sign);
}

/// Products of the lower halves of words and a number below 2^32.
template <class W>
HWY_INLINE hn::Vec<W> product(W w, hn::Vec<W> a, std::uint64_t b) {
#if HWY_TARGET == HWY_SCALAR
    return hn::Set(w, (hn::GetLane(a) & 0xFFFFFFFF) * b);
#else
    const hn::Repartition<std::uint32_t, W> halves;
    return hn::MulEven(hn::BitCast(halves, a), hn::BitCast(halves, hn::Set(w, b)));
#endif
}

/// Four uniform numbers in (0, 1) for each track: TrackRandom's block.
template <class D>
struct Block {
    hn::Vec<D> number[4];

    HWY_INLINE Block(D d, std::uint64_t seed, std::uint32_t stream, hn::Vec<Words<D>> track,
                     hn::Vec<Words<D>> block) {
        const Words<D> w;
        auto c0 = block, c1 = hn::Set(w, std::uint64_t{stream}), c2 = track, c3 = hn::ShiftRight<32>(track);
        auto k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32);
        for (int round = 0; round < 10; ++round) {
            const auto p0 = product(w, c0, 0xD2511F53), p1 = product(w, c2, 0xCD9E8D57);
            c0 = hn::Xor(hn::ShiftRight<32>(p1), hn::Xor(c1, hn::Set(w, std::uint64_t{k0})));
            c1 = p1;
            c2 = hn::Xor(hn::ShiftRight<32>(p0), hn::Xor(c3, hn::Set(w, std::uint64_t{k1})));
            c3 = p0;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        const auto uniform = [&](auto word) {
            const auto whole = to_double(d, hn::And(word, hn::Set(w, 0xFFFFFFFF)));
            return hn::Mul(hn::Add(whole, hn::Set(d, 0.5)), hn::Set(d, 0x1p-32));
        };
        number[0] = uniform(c0);
        number[1] = uniform(c1);
        number[2] = uniform(c2);
        number[3] = uniform(c3);
    }
};

}  // namespace caloforge::montecarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
