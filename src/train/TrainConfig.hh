#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ConfigTable.hh"
#include "core/Json.hh"
#include "network/Forge.hh"

namespace caloforge::train {

/// Everything a training is told; doc/format/train.md lists the keys of the TOML file. Grouped by what a
/// change does.
struct TrainConfig {
    // Changes physics.
    std::vector<std::string> data;        ///< file patterns of the training part
    std::vector<std::string> validation;  ///< file patterns of showers that are only looked at
    double data_scale = 0;                ///< see data::ReadOptions::scale
    std::string start_from;  ///< weights file whose generator is where the training begins; "": from the seed
    std::string network = "gan3d";
    std::string name = "model";  ///< the model's name in its provenance
    std::string detector = "clic-ecal";
    std::uint64_t seed = 1;
    std::size_t batch = 128;      ///< showers of a step, of all ranks together
    std::size_t micro_batch = 0;  ///< showers that a rank holds at once, gradients added up; 0: its share
    std::int64_t epochs = 30;
    std::int64_t steps = 0;      ///< ends after so many steps in all; 0: by epochs
    double minutes = 0;          ///< ends after so many minutes of this run; 0: no limit
    bool fit_cell_scale = true;  ///< network units: 1 / RMS cell (true) or GeV (false, as published)
    int sum_degree = 2;          ///< of the polynomial for the deposited energy
    double learning_rate = 1e-3;
    std::size_t rate_batch = 0;  ///< batch that learning_rate is for: it grows in proportion; 0: any
    double half_life = 0;        ///< steps after which the learning rate has halved; 0: constant
    double rho = 0.9;
    double epsilon = 1e-7;
    double weight_real = 6.0;
    double weight_energy = 0.2;
    double weight_sum = 0.1;
    double label_flip = 0.05;
    int generator_steps = 2;
    bool synchronise_norm = true;  ///< batch normalisation over the batches of all ranks
    std::string precision = "float32";
    // Of the network forge.
    network::ForgeOptions forge;  ///< its widths; the rest comes from detector and data
    bool augment = true;          ///< turn showers by the symmetries of the window
    double warm_up = 0;           ///< steps in which the learning rate rises
    double final_rate = 0.02;     ///< share of the learning rate that is left at the end
    double beta1 = 0.9;           ///< AdamW
    double beta2 = 0.99;
    double weight_decay = 0.01;
    double clip = 300;       ///< largest norm of the gradient
    double average = 0.998;  ///< share that stays in the moving average of the weights

    // Changes speed, or what is kept.
    std::string device = "cpu";
    int threads = 0;                 ///< of libtorch; 0: all cores
    std::string kernels = "native";  ///< of gan3d: Caloforge's on CPUs, or "stock": libtorch's alone
    std::size_t shuffle_window = 4096;
    double patience = 40;                 ///< seconds that a rank waits for another that is not busy
    std::int64_t checkpoint_every = 500;  ///< steps
    std::size_t checkpoint_keep = 2;

    /// Reads and checks every key; throws InputError naming file, line and key.
    static TrainConfig read(core::ConfigTable& table);
    /// Learning rate of a step, warm-up and the growth with the batch (Goyal et al., arXiv:1706.02677)
    /// included: it rises in `warm_up` steps from the rate of `rate_batch` to that of `batch`, or from 0
    /// where they are equal.
    double rate(std::uint64_t step) const;
    /// Every key, for run.json.
    core::Json json() const;
    /// The keys that must not change between the parts of a resumed training, as text; a difference is named.
    core::Json physics() const;
};

}  // namespace caloforge::train
