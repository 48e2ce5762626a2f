#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/AtomicFile.hh"
#include "core/Json.hh"

namespace caloforge::validate {

/// A part of what scripts/reference_statistics.py wrote.
inline core::Json reference_statistics(const std::string& part) {
    static const core::Json all = core::Json::parse(
        core::read_text(CALOFORGE_SOURCE_DIR "/test/validate/statistics/reference_statistics.json"));
    return all.at(part);
}

/// The script's `uniform`: number `index` of a sequence, in [0, 1).
inline double uniform(std::uint32_t number, std::size_t index) {
    std::uint32_t h = static_cast<std::uint32_t>(index) + number * 0x9E3779B1U;
    h ^= h >> 16;
    h *= 0x85EBCA6BU;
    h ^= h >> 13;
    h *= 0xC2B2AE35U;
    h ^= h >> 16;
    return h / 4294967296.0;
}

/// The script's `normal`.
inline std::vector<double> normal(std::uint32_t number, std::size_t count) {
    std::vector<double> out(count, -6.0);
    for (std::size_t i = 0; i < 12 * count; ++i) out[i / 12] += uniform(number, i);
    return out;
}

/// normal + shift, rounded down to steps (0: not), in float.
inline std::vector<float> sample(std::uint32_t number, std::size_t count, double shift, double step) {
    std::vector<float> out;
    for (double x : normal(number, count)) {
        x += shift;
        if (step > 0) x = std::floor(x / step) * step;
        out.push_back(static_cast<float>(x));
    }
    return out;
}

/// The script's `features`, (showers, columns).
inline std::vector<float> features(std::uint32_t number, std::size_t showers, std::size_t columns,
                                   double shift = 0, double width = 1) {
    const std::vector<double> z = normal(number, showers * columns);
    std::vector<float> out;
    for (std::size_t i = 0; i < z.size(); ++i) {
        const std::size_t column = i % columns;
        const double previous = column == 0 ? 0 : z[i - 1];
        out.push_back(
            static_cast<float>(10.0 + static_cast<double>(column) + width * (z[i] + 0.5 * previous) + shift));
    }
    return out;
}

}  // namespace caloforge::validate
