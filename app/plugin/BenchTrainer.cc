#include "plugin/BenchTrainer.hh"

#include "core/Error.hh"
#include "core/Suggest.hh"
#include "data/ShowerDigest.hh"
#include "family/Families.hh"
#include "plugin/MadeUpShowers.hh"

namespace caloforge::app {
namespace {

train::TrainConfig config_of(const BenchOptions& options, const std::string& toml) {
    core::ConfigTable table = core::ConfigTable::parse(toml);
    table.set("model.network", network_of(options));
    const auto abilities = bench_abilities(options);
    if (options.precision != "float32") table.set("training.precision", options.precision);
    if (abilities.norm) table.set("training.synchronise_norm", !options.own_norm);
    return train::TrainConfig::read(table, family::families());
}

}  // namespace

std::string network_of(const BenchOptions& options) {
    return options.network.empty() ? family::families()[0]->name() : options.network;
}

train::Family::Abilities bench_abilities(const BenchOptions& options) {
    const std::string network = network_of(options);
    std::vector<std::string> names;
    for (const train::Family* family : family::families()) {
        if (family->name() == network) return family->abilities();
        names.push_back(family->name());
    }
    throw core::UsageError("--network " + options.network + ": there is no such network." +
                           core::did_you_mean(options.network, names));
}

BenchTrainer::BenchTrainer(const BenchOptions& options, const std::string& device, std::size_t share,
                           const std::string& toml, comm::Communicator& communicator)
    : detector_(geometry::Detector::find(options.detector)),
      config_(config_of(options, toml)),
      showers_(made_up_showers(share, detector_.grid())),
      normalisation_(made_up_normalisation()) {
    config_.device = device;
    config_.batch = share * communicator.ranks();
    config_.family->check_shape(showers_.readout, share, *config_.settings);
    data::ShowerDigest digest;
    digest.add(showers_);
    trainer_ = config_.family->make(
        {config_, detector_, showers_.readout, normalisation_, digest, schedule_, communicator});
}

}  // namespace caloforge::app
