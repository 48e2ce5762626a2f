#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "data/ShowerSet.hh"
#include "validate/Metrics.hh"

namespace caloforge::validate {

struct CompareOptions {
    // What changes the figures.
    std::vector<double> energy_edges = {10, 20, 50, 100, 200, 500};  ///< bins of the incident energy, GeV
    double mip = 0.145e-3;                                           ///< most probable muon deposit, GeV
    // What changes the speed only.
    std::size_t batch_size = 256;  ///< showers read at a time; fewer when showers are large
    std::size_t threads = 0;       ///< computing threads; 0: one per core
    // What the sets are called in results and messages.
    std::string reference_name;
    std::string candidate_name;
};

/// Two sets of showers of one grid shape, compared (doc/validation.md gives every formula). Knows nothing of
/// where the showers come from. Each set is streamed once, twice when the energy ranges differ; memory does
/// not grow with the number of showers. The result is the same for any number of threads. Read-only once
/// constructed.
class Comparison {
  public:
    /// Reads both sets. Throws InputError when they cannot be compared: different grids, disjoint energies,
    /// a factor of 1000 between their units.
    Comparison(const data::ShowerSet& reference, const data::ShowerSet& candidate, CompareOptions options);

    /// Over all compared energies, then per energy bin that holds showers, then those not measured.
    const std::vector<Metric>& metrics() const { return metrics_; }
    /// The content of metrics.json: {"reference": {...}, "candidate": {...}, "metrics": [...]}.
    core::Json json() const;
    /// For the terminal, aligned, several lines.
    std::string table() const;
    /// What a page draws, over all compared energies first, then per bin; see Profiles.hh.
    core::Json page_profiles() const { return profiles_; }

  private:
    core::Json reference_;
    core::Json candidate_;
    std::vector<Metric> metrics_;
    core::Json profiles_ = core::Json::array();
};

}  // namespace caloforge::validate
