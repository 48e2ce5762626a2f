#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/Json.hh"

namespace caloforge::validate {

/// Samples of each set below which no classifier is trained.
inline constexpr std::size_t classifier_needs = 50;

/// Random streams of the classifiers (core::RandomStream); what stands in for its "shower" is given.
/// choice_stream is the first of them.
inline constexpr std::uint32_t fold_stream = 0x52001;          ///< the repetition
inline constexpr std::uint32_t first_weight_stream = 0x52002;  ///< 64 x training + tensor
inline constexpr std::uint32_t batch_stream = 0x52003;         ///< 2^32 x training + epoch

/// How a classifier is built, trained and tested. The network is CaloChallenge's DNN: features -> width,
/// `hidden_layers` times width -> width, -> 1, with LeakyReLU(0.01) between; Adam; binary cross-entropy.
struct ClassifierConfig {
    // What changes the figures.
    std::size_t width = 512;
    std::size_t hidden_layers = 2;     ///< besides the one that takes the features
    double learning_rate = 3e-4;       ///< of Adam (0.9, 0.999, 1e-8)
    std::size_t batch = 256;           ///< samples of both sets per step
    std::size_t least_steps = 4;       ///< per epoch: batches shrink (not below 32) until there are so many
    std::size_t max_epochs = 100;      ///< passes over the training part
    std::size_t patience = 8;          ///< epochs without a lower loss on the validation part
    std::size_t patience_steps = 300;  ///< of fewer epochs where they have so many steps (patience_for)
    std::size_t folds = 4;             ///< test parts; every sample is in one of them
    double validation_share = 0.2;     ///< of what is not in the test part
    std::size_t seeds = 3;             ///< repetitions with other folds and other initial weights
    std::size_t many_samples = 4000;   ///< beyond which they are fewer (seeds_for)
    std::uint64_t seed = 1;            ///< of the whole
    std::size_t max_samples = 20000;   ///< of each set
    std::vector<double> curve = {0.25, 0.5};  ///< shares of the samples for the learning curve, besides all
    std::size_t curve_seeds = 1;              ///< repetitions for these
    /// Trained as the CaloChallenge's evaluation does: batches of exactly `batch` samples (the last one of an
    /// epoch is smaller), all epochs, the one with the highest accuracy on the validation part.
    bool as_published = false;
    /// (layers, sectors, rings) of the cells, for networks that convolve them.
    std::array<std::size_t, 3> picture{};
    // What changes the speed (and the last digits).
    std::size_t threads = 0;  ///< of libtorch; 0: leave them
    // What reasons call the rows.
    std::string word = "samples";

    /// Repetitions with so many samples of each set: `seeds`, but at most two of more than many_samples,
    /// where trainings differ less and take longer.
    std::size_t seeds_for(std::size_t samples) const;
    /// Epochs of `steps` each without a lower loss after which a training ends: `patience`, but no more than
    /// make patience_steps, three at least.
    std::size_t patience_for(std::size_t steps) const;

    /// Throws InputError naming the field that makes no sense.
    void check() const;
    core::Json json() const;
};

/// As CaloChallenge's evaluation runs it on its large data sets: 2048 wide, batches of 1000 (evaluate.py; use
/// with CellScaling::calochallenge). Its best epoch is chosen by loss, not by accuracy.
ClassifierConfig reference_classifier();

}  // namespace caloforge::validate
