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
class Schedule;

/// What a trainer is made from. References outlive the trainer, but for what is said.
struct TrainingContext {
    const TrainConfig& config;           ///< what every training is told; of the device, this rank's
    const geometry::Detector& detector;  ///< needed while it is made
    const geometry::Readout& readout;    ///< of the showers
    const data::Normalisation& normalisation;
    const data::ShowerDigest& digest;  ///< of the training showers; needed while it is made
    const Schedule& schedule;          ///< of the whole training; its end may move
    comm::Communicator& communicator;
    /// The checkpoint that the training goes on from, or null; needed while it is made, load() follows.
    const network::WeightsFile* checkpoint = nullptr;
};

/// What a training is told of the keys that all families share where its configuration says nothing.
struct Recipe {
    std::size_t batch = 128;
    std::int64_t epochs = 30;
    std::int64_t held_out = 0;  ///< training showers that are held out where no others are named
    std::int64_t checkpoint_every = 500;
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

    /// `showers` that there are to learn from, those that will be held out among them; 0: it is not known.
    virtual Recipe recipe(std::uint64_t showers) const;
    /// Reads and checks its own keys, in whatever tables they stand; throws InputError naming the key. The
    /// defaults may follow from `showers`, as those of recipe().
    virtual std::shared_ptr<const Settings> read(core::ConfigTable& table, std::uint64_t showers) const = 0;
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
