#pragma once

#include <cmath>

#include "engine/cuda/Chain.hh"

namespace caloforge::engine::cuda {

// Random layers: the numbers that core/Random.hh and core/Noise.hh define.

struct Words {
    std::uint32_t word[4];
};

/// Philox4x32-10 (Salmon et al., SC'11, table 2) of block `index` of a row's stream.
CALOFORGE_HOST_DEVICE inline Words philox(const sample::Key& key, std::uint32_t stream, std::uint32_t index) {
    std::uint32_t c0 = index, c1 = stream;
    auto c2 = static_cast<std::uint32_t>(key.number), c3 = static_cast<std::uint32_t>(key.number >> 32);
    auto k0 = static_cast<std::uint32_t>(key.seed), k1 = static_cast<std::uint32_t>(key.seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c0, p1 = std::uint64_t{0xCD9E8D57} * c2;
        c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
        c1 = static_cast<std::uint32_t>(p1);
        c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
        c3 = static_cast<std::uint32_t>(p0);
        k0 += 0x9E3779B9U;
        k1 += 0xBB67AE85U;
    }
    return {{c0, c1, c2, c3}};
}

/// A word's place in the open interval (0, 1), as core::to_open_interval.
CALOFORGE_HOST_DEVICE inline double open_interval(std::uint32_t word) {
    return (static_cast<double>(word) + 0.5) * 0x1p-32;
}

inline constexpr double two_pi = 6.283185307179586476925286766559;

/// What the bodies of all distributions hold.
struct NoiseBody {
    std::uint32_t stream = 0;
    std::uint32_t elements = 0;
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE void put(const Place& place, std::uint32_t element, float x) const {
        if (element < elements) place.at(out + element) = through(after, place, element, x);
    }
};

/// An item is a block of four elements.
struct UniformBody : NoiseBody {
    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const Words words = philox(place.keys[place.row], stream, item);
        CALOFORGE_UNROLL
        for (std::uint32_t i = 0; i < 4; ++i)
            put(place, item * 4 + i, (static_cast<float>(words.word[i] >> 9) + 0.5F) * 0x1p-23F);
    }
};

/// An item is a block of four elements. Box-Muller, in double.
struct NormalBody : NoiseBody {
    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const Words words = philox(place.keys[place.row], stream, item);
        CALOFORGE_UNROLL
        for (std::uint32_t i = 0; i < 4; i += 2) {
            const double radius = std::sqrt(-2.0 * std::log(open_interval(words.word[i])));
            const double angle = two_pi * open_interval(words.word[i + 1]);
            put(place, item * 4 + i, static_cast<float>(radius * std::cos(angle)));
            put(place, item * 4 + i + 1, static_cast<float>(radius * std::sin(angle)));
        }
    }
};

/// An item is an element: core::Noise has what the tries mean.
struct GammaBody : NoiseBody {
    double shape = 1;
    std::uint32_t tries = 0;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const double lifted = shape < 1 ? shape + 1 : shape;
        const double d = lifted - 1.0 / 3, c = 1 / std::sqrt(9 * d);
        double made = d;
        Words words{};
        for (std::uint32_t attempt = 0; attempt < tries; ++attempt) {
            words = philox(place.keys[place.row], stream, item * tries + attempt);
            const double x = std::sqrt(-2 * std::log(open_interval(words.word[0]))) *
                             std::cos(two_pi * open_interval(words.word[1]));
            const double t = 1 + c * x;
            if (t <= 0) continue;
            const double v = t * t * t;
            made = d * v;
            if (std::log(open_interval(words.word[2])) < 0.5 * x * x + d - d * v + d * std::log(v)) break;
        }
        if (shape < 1) made *= std::pow(open_interval(words.word[3]), 1 / shape);
        put(place, item, static_cast<float>(made));
    }
};

/// An item is a block of four elements. Inversion of the cumulative distribution.
struct PoissonBody : NoiseBody {
    Table<double> cumulative;
    std::uint32_t values = 0;
    double first = 0;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const Words words = philox(place.keys[place.row], stream, item);
        const double* table = place[cumulative];
        for (std::uint32_t i = 0; i < 4; ++i) {
            const double u = open_interval(words.word[i]);
            // The first value that is not below u, or the last.
            std::uint32_t low = 0, high = values - 1;
            while (low < high) {
                const std::uint32_t middle = (low + high) / 2;
                if (table[middle] < u)
                    low = middle + 1;
                else
                    high = middle;
            }
            put(place, item * 4 + i, static_cast<float>(first + static_cast<double>(low)));
        }
    }
};

}  // namespace caloforge::engine::cuda
