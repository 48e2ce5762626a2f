#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "data/ShowerSet.hh"
#include "validate/EnergyBins.hh"
#include "validate/Metrics.hh"
#include "validate/ObservableTable.hh"

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
/// where the showers come from. Each set is streamed once, twice when the energy ranges differ; memory grows
/// by one row of observables (about 600 bytes) a shower. The result is the same for any number of threads.
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
    const core::Json& page_profiles() const { return profiles_; }
    /// Correlation matrices per range, see EventCorrelations.hh.
    const core::Json& page_correlations() const { return correlations_; }

    /// Adds a metric that was measured elsewhere (by a classifier), or puts it in the place of the one of the
    /// same name and energy.
    void set(Metric metric);

    /// The grid of both sets, and whether its axes are (r, alpha, z) rather than (x, y, z).
    const geometry::ReadoutGrid& grid() const { return grid_; }
    bool cylindrical() const { return cylindrical_; }
    /// The incident energies compared, and the observables of all showers read, in the order of the sets.
    const EnergyRange& range() const { return range_; }
    const ObservableTable& reference_table() const { return reference_table_; }
    const ObservableTable& candidate_table() const { return candidate_table_; }

  private:
    core::Json reference_;
    core::Json candidate_;
    std::vector<Metric> metrics_;
    core::Json profiles_ = core::Json::array();
    core::Json correlations_ = core::Json::array();
    geometry::ReadoutGrid grid_;
    bool cylindrical_ = false;
    EnergyRange range_;
    ObservableTable reference_table_;
    ObservableTable candidate_table_;
};

}  // namespace caloforge::validate
