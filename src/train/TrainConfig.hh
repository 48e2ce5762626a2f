#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/ConfigTable.hh"
#include "core/Json.hh"
#include "data/ShowerFile.hh"
#include "train/Family.hh"

namespace caloforge::train {

/// What every training is told, whatever its family; doc/format/train.md lists the keys of the TOML file.
/// Grouped by what a change does.
struct TrainConfig {
    // Changes physics.
    std::vector<std::string> data;             ///< file patterns of the training part
    std::vector<std::string> validation;       ///< file patterns of showers that are only looked at
    std::size_t held_out = 0;                  ///< showers of the training part that are only looked at
    double data_scale = 0;                     ///< see data::ReadOptions::scale
    double data_energy_scale = 0;              ///< and energy_scale
    const Family* family = nullptr;            ///< never null once read
    std::shared_ptr<const Settings> settings;  ///< the family's
    std::string name = "model";                ///< the model's name in its provenance
    std::string detector = "clic-ecal";
    std::uint64_t seed = 1;
    std::size_t batch = 128;   ///< showers of a step, of all ranks together
    std::int64_t epochs = 30;  ///< ends after so many passes; 0: what `minutes` allow, see by_time()
    std::int64_t steps = 0;    ///< ends after so many steps in all; 0: by epochs
    double minutes = 0;        ///< ends after so many minutes of this run; 0: no limit
    int sum_degree = 2;        ///< of the polynomial for the deposited energy
    /// Passes behind which a training that ends by time ends all the same.
    std::int64_t most_epochs = 30;

    // Changes speed, or what is kept.
    std::string device = "cpu";
    int threads = 0;  ///< of libtorch; 0: all cores
    std::size_t shuffle_window = 4096;
    double patience = 40;                 ///< seconds that a rank waits for another that is not busy
    std::int64_t checkpoint_every = 500;  ///< steps
    std::size_t checkpoint_keep = 2;

    /// Reads and checks every key, the family's own among them; the first family is the default. Defaults are
    /// the family's for so many `showers` in `data` (0: not known). Throws InputError naming file, line and
    /// key.
    static TrainConfig read(core::ConfigTable& table, Families families, std::uint64_t showers = 0);
    /// How the showers' files are read.
    data::ReadOptions read_options() const;
    /// Whether `minutes` say where the training ends, and nothing else does: it is planned so that the
    /// learning rate has fallen by then.
    bool by_time() const { return epochs == 0 && steps == 0; }
    /// Every key, for run.json.
    core::Json json() const;
    /// The keys that must not change between the parts of a resumed training; a difference is named.
    core::Json physics() const;
};

}  // namespace caloforge::train
