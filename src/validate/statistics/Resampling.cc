#include "validate/statistics/Resampling.hh"

#include <cmath>
#include <numbers>

#include "core/Random.hh"

namespace caloforge::validate {
namespace {

constexpr std::uint64_t seed = 1;

std::vector<std::size_t> indices_of(const std::vector<bool>& filled) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < filled.size(); ++i) {
        if (filled[i]) out.push_back(i);
    }
    return out;
}

std::vector<std::uint32_t> draw(std::size_t count, std::uint64_t turn, std::uint32_t stream) {
    std::vector<std::uint32_t> bits(count);
    core::RandomStream(seed, turn, stream).bits(bits);
    return bits;
}

// A number below n from 32 random bits.
std::size_t below(std::size_t n, std::uint32_t bits) {
    return (static_cast<std::uint64_t>(bits) * n) >> 32;
}

}  // namespace

std::vector<Weights> bootstrap_weights(const std::vector<bool>& filled, std::size_t side) {
    const std::vector<std::size_t> groups = indices_of(filled);
    std::vector<Weights> out;
    if (groups.size() < 2) return out;
    for (std::size_t replica = 0; replica < bootstrap_replicas; ++replica) {
        const auto bits = draw(2 * filled.size(), replica, bootstrap_stream);
        Weights weights(filled.size(), 0.0);
        for (std::size_t i = 0; i < groups.size(); ++i)
            weights[groups[below(groups.size(), bits[side * filled.size() + i])]] += 1;
        out.push_back(std::move(weights));
    }
    return out;
}

std::vector<std::vector<bool>> halvings(const std::vector<bool>& filled) {
    std::vector<std::vector<bool>> out;
    for (std::size_t split = 0; split < floor_splits; ++split) {
        std::vector<std::size_t> groups = indices_of(filled);
        const auto bits = draw(filled.size(), split, floor_stream);
        for (std::size_t i = groups.size(); i > 1; --i)
            std::swap(groups[i - 1], groups[below(i, bits[i - 1])]);
        std::vector<bool> first(filled.size(), false);
        for (std::size_t i = 0; i < groups.size() / 2; ++i) first[groups[i]] = true;
        out.push_back(std::move(first));
    }
    return out;
}

double bootstrap_error(const std::vector<double>& replicas, std::size_t groups) {
    // Welford: the values may be far larger than their spread.
    double n = 0;
    double mean = 0;
    double squares = 0;
    for (const double value : replicas) {
        n += 1;
        const double delta = value - mean;
        mean += delta / n;
        squares += delta * (value - mean);
    }
    const auto k = static_cast<double>(groups);
    return std::sqrt(squares / (n - 1) * k / (k - 1));
}

double two_sided_chance(double sigmas) {
    return std::erfc(sigmas / std::numbers::sqrt2);
}

double scaled_floor(double floor, Scaling scaling, double n_first, double n_second, double n_reference,
                    double n_candidate) {
    const double ratio = (1 / n_reference + 1 / n_candidate) / (1 / n_first + 1 / n_second);
    switch (scaling) {
        case Scaling::difference:
            return floor * std::sqrt(ratio);
        case Scaling::quadratic:
            return floor * ratio;
        case Scaling::none:
            break;
    }
    return floor;
}

}  // namespace caloforge::validate
