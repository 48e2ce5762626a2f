#include "ValidateSets.hh"

#include "ConditionOptions.hh"
#include "core/Units.hh"

namespace caloforge::app {
namespace {

// Of the CaloChallenge's large data sets: what is read out above 0.5 keV, divided by the sampling fraction
// 0.033; in GeV.
constexpr double calochallenge_threshold = 15.15e-6;

}  // namespace

data::ShowerSet open_set(const ValidateOptions& options, Side side,
                         const std::vector<std::string>& patterns) {
    const bool reference = side == Side::reference;
    data::ReadOptions read;
    read.binning_file = options.calochallenge.binning;
    read.scale = reference ? options.reference_scale : options.candidate_scale;
    read.energy_scale = reference ? options.reference_energy_scale : options.candidate_energy_scale;
    read.scale_name = reference ? "`--reference-scale`" : "`--candidate-scale`";
    const bool cut = options.cell_threshold >= 0;
    if (cut) read.threshold = options.cell_threshold;
    const auto set = data::ShowerSet::glob(patterns, read);
    if (cut || set.layout() != data::Layout::calochallenge) return set;
    read.threshold = calochallenge_threshold;
    return data::ShowerSet::glob(patterns, read);
}

std::vector<data::ConditionCut> cuts_of(const ValidateOptions& options) {
    std::vector<data::ConditionCut> out;
    if (!options.energy.empty()) {
        const auto range = range_of("--energy", options.energy, "GeV");
        out.push_back({.condition = "energy",
                       .low = range.low(),
                       .high = range.high(),
                       .text = "an energy of " + options.energy + " GeV"});
    }
    if (!options.theta.empty()) {
        const auto range = range_of("--theta", options.theta, "degrees");
        out.push_back({.condition = "direction",
                       .low = range.low() * units::degree,
                       .high = range.high() * units::degree,
                       .text = "a theta of " + options.theta + " degrees"});
    }
    if (!options.particle.empty()) {
        out.push_back({.condition = "particle",
                       .values = particle_codes(options.particle),
                       .text = "the particle " + options.particle});
    }
    return out;
}

data::ShowerSet chosen(const data::ShowerSet& set, const std::vector<data::ConditionCut>& cuts) {
    return cuts.empty() ? set : set.select(cuts);
}

}  // namespace caloforge::app
