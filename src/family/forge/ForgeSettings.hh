#pragma once

#include <string>

#include "core/ConfigTable.hh"
#include "network/Forge.hh"
#include "train/LearningRate.hh"
#include "train/Settings.hh"

namespace caloforge::family::forge {

/// Keys: doc/format/train.md.
struct ForgeSettings : train::Settings {
    // Changes physics.
    network::ForgeOptions widths;  ///< its widths; the rest comes from detector and data
    std::string start_from;  ///< weights file whose generator is where the training begins; "": from the seed
    bool augment = true;     ///< turn showers by the symmetries of the window
    /// Layers of the calorimeter whose cells a step learns from, drawn evenly spread; 0: all.
    std::int64_t layers_per_step = 8;
    /// A shower counts in proportion to its incident energy to the power of minus this: those of low energy
    /// have few cells, and by their likelihood alone would hardly count.
    double energy_weight = 0.4;
    train::LearningRate rate{.rate = 5e-3, .warm_up = 60};
    double final_rate = 0.02;  ///< share of the learning rate that is left at the end
    double beta1 = 0.9;        ///< AdamW
    double beta2 = 0.99;
    double weight_decay = 0.01;
    double energy_decay = 0.2;  ///< of the networks of what is drawn for the whole shower
    double clip = 300;          ///< largest norm of the gradient
    double average = 0.998;     ///< share that stays in the moving average of the weights

    /// For so many showers, see train::Family::read.
    static ForgeSettings read(core::ConfigTable& table, std::uint64_t showers = 0);
    core::Json physics() const override;
    core::Json others() const override { return {{"start_from", start_from}}; }
};

}  // namespace caloforge::family::forge
