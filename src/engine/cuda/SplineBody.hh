#pragma once

#include "engine/cuda/Chain.hh"

namespace caloforge::engine::cuda {

/// Draws from the distributions of a network's `sample` layer: kernels/SplineSample.hh, number by number.
struct SplineBody {
    std::uint32_t parameters = 0;  ///< (1 + knots, elements), or (2 + knots, elements) with zeros
    std::uint32_t uniform = 0;
    std::uint32_t out = 0;
    std::uint32_t elements = 0;
    std::uint32_t knot_count = 0;
    std::uint32_t bend_count = 0;
    bool zeros = true;
    float shift = 0;
    float least_log_slope = 0;
    float largest_log_slope = 0;
    float largest_log = 0;
    Table<float> knots;
    Table<float> to_zero;
    Table<float> from;
    Table<float> bends;
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        place.at(out + item) = through(after, place, item, drawn(place, item));
    }

  private:
    CALOFORGE_HOST_DEVICE float drawn(const Place& place, std::uint32_t item) const {
        std::uint32_t parameter = parameters + item;
        const float w = place.at(uniform + item);
        float occupied = 1;
        if (zeros) {
            occupied = sigmoid_of(place.at(parameter));
            parameter += elements;
        }
        // A network that breaks down makes NaN, which is no hit and must be seen.
        if (!(w < occupied)) return occupied != occupied ? occupied : 0.0F;
        const float t = logf((occupied - w) / w);
        const float z = t / sqrtf(fmaf(0.5F, fabsf(t), 1.0F));
        const float* knot = place[knots];
        float u = place.at(parameter), before = 0, before_square = 0;
        for (std::uint32_t j = 0; j < knot_count; ++j) {
            float integral = -place[to_zero][j];
            const float beyond = z - knot[j];
            if (j > 0) integral = fmaf(before_square, 1 / (2 * (knot[j] - knot[j - 1])), integral);
            if (j + 1 < knot_count) {
                const float h = knot[j + 1] - knot[j];
                before = fminf(fmaxf(beyond, 0.0F), h);
                before_square = before * before;
                integral += before;
                integral = fmaf(before_square, -1 / (2 * h), integral);
            }
            if (j == 0) integral += fminf(beyond, 0.0F);
            if (j + 1 == knot_count) integral += fmaxf(beyond, 0.0F);
            const float log_slope = place.at(parameter + (1 + j) * elements);
            // Written so that NaN stays NaN.
            const float most = log_slope > largest_log_slope ? largest_log_slope : log_slope;
            u = fmaf(expf(most < least_log_slope ? least_log_slope : most), integral, u);
        }
        float v = u + shift;
        for (std::uint32_t j = 0; j < bend_count; ++j)
            v = fmaf(fmaxf(u - place[from][j], 0.0F), place[bends][j], v);
        return expf(v > largest_log ? largest_log : v);
    }
};

/// Draws one of several choices: kernels/Choose.hh, number by number.
struct ChooseBody {
    std::uint32_t weights = 0;  ///< (choices, elements)
    std::uint32_t uniform = 0;
    std::uint32_t out = 0;
    std::uint32_t elements = 0;
    std::uint32_t choices = 2;
    bool shared = false;  ///< (choices, 1), for all elements
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const auto weight = [&](std::uint32_t i) {
            return place.at(weights + (shared ? i : i * elements + item));
        };
        float largest = weight(0), all = 0;
        for (std::uint32_t i = 1; i < choices; ++i) largest = fmaxf(largest, weight(i));
        for (std::uint32_t i = 0; i < choices; ++i) all += expf(weight(i) - largest);
        const float wanted = place.at(uniform + item) * all;
        float before = 0, chosen = 0;
        for (std::uint32_t i = 0; i + 1 < choices; ++i) {
            before += expf(weight(i) - largest);
            chosen += before <= wanted ? 1.0F : 0.0F;
        }
        place.at(out + item) = through(after, place, item, all != all ? all : chosen);
    }
};

}  // namespace caloforge::engine::cuda
