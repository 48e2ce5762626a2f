#pragma once

#include <cstddef>
#include <string>

#include "core/ConfigTable.hh"
#include "train/LearningRate.hh"
#include "train/Settings.hh"

namespace caloforge::family::gan3d {

/// The published recipe of the 3DGAN (doc/design.md), unless told otherwise. Keys: doc/format/train.md.
struct Gan3dSettings : train::Settings {
    // Changes physics.
    bool scale_cells = true;  ///< network units: 1 / RMS cell (true) or GeV (false, as published)
    train::LearningRate rate;
    double half_life = 0;  ///< steps after which the learning rate has halved; 0: constant
    double rho = 0.9;
    double epsilon = 1e-7;
    double weight_real = 6.0;
    double weight_energy = 0.2;
    double weight_sum = 0.1;
    double label_flip = 0.05;
    bool augment = false;  ///< turn the real showers by the symmetries of the window
    double average =
        0;  ///< share that stays, per step, in the moving average that the model is; 0: no average
    int generator_steps = 2;
    std::size_t micro_batch = 0;   ///< showers that a rank holds at once, gradients added up; 0: its share
    bool synchronise_norm = true;  ///< batch normalisation over the batches of all ranks
    std::string precision = "float32";

    // Changes speed.
    bool graph = true;               ///< on one GPU: a step is recorded once and started as a whole
    std::string kernels = "native";  ///< Caloforge's on CPUs, or "stock": libtorch's alone

    static Gan3dSettings read(core::ConfigTable& table);
    core::Json physics() const override;
    core::Json others() const override { return {{"kernels", kernels}, {"graph", graph}}; }
    bool fit_cell_scale() const override { return scale_cells; }
};

}  // namespace caloforge::family::gan3d
