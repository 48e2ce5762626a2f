#pragma once

#include <torch/torch.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/Random.hh"

namespace caloforge::train {

/// The symmetries of a rectangular window of cells: bit 0 mirrors X, bit 1 mirrors Y, and, where the axes are
/// equal, bit 2 exchanges them.
inline constexpr int symmetries = 8;

/// Which of them a sample of the training is turned by: a function of (seed, sample).
inline int drawn_symmetry(std::uint64_t seed, std::uint64_t sample, bool square) {
    constexpr std::uint32_t stream = core::first_training_stream + 0x1002;
    return static_cast<int>(core::RandomStream(seed, sample, stream).uniform_at(0) *
                            (square ? symmetries : symmetries / 2));
}

/// Rows 0, 1, ... by the symmetry drawn for the samples that they are.
inline std::array<std::vector<std::int64_t>, symmetries> drawn_symmetries(
    std::uint64_t seed, const std::vector<std::uint64_t>& samples, bool square) {
    std::array<std::vector<std::int64_t>, symmetries> rows;
    for (std::size_t j = 0; j < samples.size(); ++j)
        rows[static_cast<std::size_t>(drawn_symmetry(seed, samples[j], square))].push_back(
            static_cast<std::int64_t>(j));
    return rows;
}

/// Showers (N, 1, X, Y, Z) turned by a symmetry, and of their conditions (by name) impact points and
/// directions.
void turn(int symmetry, torch::Tensor& showers, std::map<std::string, torch::Tensor>& conditions);

}  // namespace caloforge::train
