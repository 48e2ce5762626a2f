#pragma once

#include <memory>
#include <span>
#include <string>

#include "comm/Communicator.hh"
#include "core/ConfigTable.hh"
#include "data/Normalisation.hh"
#include "data/ShowerDigest.hh"
#include "geometry/Detector.hh"
#include "geometry/Readout.hh"
#include "network/WeightsFile.hh"
#include "train/Settings.hh"
#include "train/Trainer.hh"

namespace caloforge::train {

struct TrainConfig;

/// What a trainer is made from. References outlive the trainer, but for what is said.
struct TrainingContext {
    const TrainConfig& config;           ///< what every training is told; of the device, this rank's
    const geometry::Detector& detector;  ///< needed while it is made
    const geometry::Readout& readout;    ///< of the showers
    const data::Normalisation& normalisation;
    const data::ShowerDigest& digest;  ///< of the training showers; needed while it is made
    std::uint64_t steps = 0;           ///< of the whole training
    comm::Communicator& communicator;
    /// The checkpoint that the training goes on from, or null; needed while it is made, load() follows.
    const network::WeightsFile* checkpoint = nullptr;
};

/// A kind of networks and how it is trained: one folder of src/family and one line in family/Families.cc.
/// Nothing else knows its name. Read-only.
class Family {
  public:
    virtual ~Family() = default;
    /// `model.network` of the configuration.
    virtual std::string name() const = 0;

    struct Abilities {
        bool held_out = false;     ///< Trainer::held_out measures something
        bool start_from = false;   ///< reads training.start_from
        bool kernels = false;      ///< reads training.kernels: `native` and `stock` compute the same
        bool norm = false;         ///< reads training.synchronise_norm
        bool end_matters = false;  ///< the learning rate follows from where the end is
    };
    virtual Abilities abilities() const { return {}; }

    /// Reads and checks its own keys, in whatever tables they stand; throws InputError naming the key.
    virtual std::shared_ptr<const Settings> read(core::ConfigTable& table) const = 0;
    /// Whether `device` can compute as the settings say, before anything is read. Throws InputError.
    virtual void check_device(const std::string& device, const Settings& settings) const;
    /// Whether showers of this shape can be learned with these settings, before they are read. `share`:
    /// showers of a rank in a step. Throws InputError.
    virtual void check_shape(const geometry::Readout& readout, std::size_t share,
                             const Settings& settings) const = 0;
    /// Whether these showers teach what there is to learn: says as warnings what they do not; throws
    /// InputError when nothing can come of it. `held_out`: of the validation showers, or null.
    virtual void check(const data::ShowerDigest& seen, const data::ShowerDigest* held_out) const;
    /// `context.config.settings` are those that read() gave.
    virtual std::unique_ptr<Trainer> make(const TrainingContext& context) const = 0;
};

using Families = std::span<const Family* const>;

}  // namespace caloforge::train
