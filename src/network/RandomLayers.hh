#pragma once

#include <vector>

#include "core/Noise.hh"
#include "network/LayerPlan.hh"

namespace caloforge::network {

LayerPlan plan_random(const Layer& layer, const std::vector<Shape>& inputs);
/// What a `random` layer draws from, which plan_random() has found right.
core::Noise noise_of(const Layer& layer);
LayerPlan plan_sample(const Layer& layer, const std::vector<Shape>& inputs);

LayerPlan plan_choose(const Layer& layer, const std::vector<Shape>& inputs);

/// Throws InputError unless `stream` is in [0, end).
void check_stream(const Layer& layer, std::int64_t stream, std::int64_t end);

/// The distribution of a `sample` layer (doc/format/network.md gives the formula), the same for libtorch, the
/// engine and ONNX. Its logarithmic slopes and the logarithm of what it draws are kept within these limits,
/// so that no input makes it draw infinity.
struct SampleRule {
    std::vector<double> knots;  ///< rising; of the piecewise linear slope
    /// The integral of knot j's hat function from the first knot to zero, where the location is stated.
    std::vector<double> to_zero;
    bool zeros = true;  ///< draws zeros; else it has no parameter for their probability
    /// Where the logarithm is bent, so that a feature that lies at one energy in all elements needs no knots:
    /// a line through the points (from, to), of slope 1 beyond them. Both rise; empty: as it is.
    std::vector<double> from, to;

    /// Number of the location among the parameters; the logarithmic slopes follow.
    std::size_t location() const { return zeros ? 1 : 0; }
    std::size_t parameters() const { return location() + 1 + knots.size(); }

    /// The line from `from` to `to` as u + shift() + the sum over j of bends()[j] * max(u - from[j], 0).
    std::vector<double> bends() const { return bends_of(from, to); }
    double shift() const { return from.empty() ? 0 : to.front() - from.front(); }
    /// Its inverse, v - shift() + the sum over j of bends_back()[j] * max(v - to[j], 0).
    std::vector<double> bends_back() const { return bends_of(to, from); }

    static constexpr double least_log_slope = -6;
    static constexpr double largest_log_slope = 4;
    static constexpr double largest_log = 30;

  private:
    static std::vector<double> bends_of(const std::vector<double>& from, const std::vector<double>& to);
};

/// Of a layer that plan_sample() has found right.
SampleRule sample_rule(const Layer& layer);

}  // namespace caloforge::network
