#pragma once

#include <cstdint>
#include <vector>

#include "core/Random.hh"
#include "validate/classifier/ClassifierConfig.hh"
#include "validate/statistics/FeatureMatrix.hh"

namespace caloforge::test {

/// Rows of independent normal numbers of width 1, the first `shifted` columns around `shift`.
inline validate::FeatureMatrix gaussians(std::size_t rows, std::uint64_t seed, std::size_t columns = 6,
                                         std::size_t shifted = 0, float shift = 0) {
    validate::FeatureMatrix out;
    out.columns = columns;
    out.values.resize(rows * columns);
    for (std::size_t i = 0; i < rows; ++i) {
        core::RandomStream(seed, i, 3).normal(out.row(i));
        for (std::size_t c = 0; c < shifted; ++c) out.row(i)[c] += shift;
    }
    return out;
}

/// Small and quick: one repetition on one thread.
inline validate::ClassifierConfig small_classifier() {
    validate::ClassifierConfig config;
    config.width = 16;
    config.hidden_layers = 1;
    config.learning_rate = 3e-3;
    config.seeds = 1;
    config.curve = {};
    config.threads = 1;
    return config;
}

}  // namespace caloforge::test
