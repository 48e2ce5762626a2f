#include "core/Random.hh"

#include <Random123/philox.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

namespace caloforge::core {
namespace {

using Philox = r123::Philox4x32_R<10>;

std::array<std::uint32_t, 4> block(std::uint64_t seed, std::uint64_t shower, std::uint32_t stream,
                                   std::uint32_t index) {
    const Philox::key_type key = {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
    const Philox::ctr_type counter = {
        {index, stream, static_cast<std::uint32_t>(shower), static_cast<std::uint32_t>(shower >> 32)}};
    const Philox::ctr_type out = Philox{}(counter, key);
    return {out[0], out[1], out[2], out[3]};
}

constexpr std::size_t lanes = 16;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define CALOFORGE_CLONES [[gnu::target_clones("avx512f", "avx2", "default")]]
#else
#define CALOFORGE_CLONES
#endif

/// The same function as block(), for `n` consecutive blocks. Constants: Salmon et al., table 2.
template <std::size_t n>
[[gnu::always_inline]] inline void philox_group(std::uint32_t* out, std::uint32_t first, std::uint32_t stream,
                                                std::uint64_t shower, std::uint64_t seed) {
    std::uint32_t c0[n], c1[n], c2[n], c3[n];
    for (std::size_t l = 0; l < n; ++l) {
        c0[l] = first + static_cast<std::uint32_t>(l);
        c1[l] = stream;
        c2[l] = static_cast<std::uint32_t>(shower);
        c3[l] = static_cast<std::uint32_t>(shower >> 32);
    }
    std::uint32_t k0 = static_cast<std::uint32_t>(seed);
    std::uint32_t k1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        for (std::size_t l = 0; l < n; ++l) {
            const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c0[l];
            const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * c2[l];
            c0[l] = static_cast<std::uint32_t>(p1 >> 32) ^ c1[l] ^ k0;
            c1[l] = static_cast<std::uint32_t>(p1);
            c2[l] = static_cast<std::uint32_t>(p0 >> 32) ^ c3[l] ^ k1;
            c3[l] = static_cast<std::uint32_t>(p0);
        }
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
    }
    for (std::size_t l = 0; l < n; ++l) {
        out[4 * l] = c0[l];
        out[4 * l + 1] = c1[l];
        out[4 * l + 2] = c2[l];
        out[4 * l + 3] = c3[l];
    }
}

CALOFORGE_CLONES void philox_lanes(std::uint32_t* out, std::size_t groups, std::uint32_t first,
                                   std::uint32_t stream, std::uint64_t shower, std::uint64_t seed) {
    for (std::size_t group = 0; group < groups; ++group)
        philox_group<lanes>(out + group * lanes * 4, first + static_cast<std::uint32_t>(group * lanes),
                            stream, shower, seed);
}

float to_uniform(std::uint32_t word) {
    return (static_cast<float>(word >> 9) + 0.5F) * 0x1p-23F;
}

}  // namespace

void RandomStream::bits(std::span<std::uint32_t> out, std::uint32_t first) const {
    assert(first % 4 == 0);
    // Many blocks at a time in a form that the compiler turns into vector code; the rest one by one.
    const std::size_t whole = out.size() / (4 * lanes);
    philox_lanes(out.data(), whole, first / 4, stream_, shower_, seed_);
    std::size_t i = whole * 4 * lanes;
    for (; i + 16 <= out.size(); i += 16)
        philox_group<4>(&out[i], first / 4 + static_cast<std::uint32_t>(i / 4), stream_, shower_, seed_);
    for (; i < out.size(); i += 4) {
        const auto words = block(seed_, shower_, stream_, first / 4 + static_cast<std::uint32_t>(i / 4));
        std::copy_n(words.begin(), std::min<std::size_t>(4, out.size() - i),
                    out.begin() + static_cast<long>(i));
    }
}

void RandomStream::uniform(std::span<float> out) const {
    std::array<std::uint32_t, 16 * 4 * lanes> words;
    for (std::size_t i = 0; i < out.size(); i += words.size()) {
        const std::span<std::uint32_t> part(words.data(), std::min(words.size(), out.size() - i));
        bits(part, static_cast<std::uint32_t>(i));
        std::transform(part.begin(), part.end(), out.begin() + static_cast<std::ptrdiff_t>(i), to_uniform);
    }
}

void RandomStream::normal(std::span<float> out) const {
    for (std::size_t i = 0; i < out.size(); i += 4) {
        const auto words = block(seed_, shower_, stream_, static_cast<std::uint32_t>(i / 4));
        for (std::size_t pair = 0; pair < 4; pair += 2) {
            const double radius = std::sqrt(-2.0 * std::log(to_open_interval(words[pair])));
            const double angle = 2.0 * std::numbers::pi * to_open_interval(words[pair + 1]);
            if (i + pair < out.size()) out[i + pair] = static_cast<float>(radius * std::cos(angle));
            if (i + pair + 1 < out.size()) out[i + pair + 1] = static_cast<float>(radius * std::sin(angle));
        }
    }
}

double RandomStream::uniform_at(std::uint32_t element) const {
    return to_open_interval(block(seed_, shower_, stream_, element / 4)[element % 4]);
}

}  // namespace caloforge::core
