#pragma once

#include <array>
#include <memory>
#include <vector>

#include "core/Units.hh"
#include "montecarlo/Bremsstrahlung.hh"
#include "montecarlo/Elastic.hh"
#include "montecarlo/EnergyGrid.hh"
#include "montecarlo/Material.hh"
#include "montecarlo/Scattering.hh"

namespace caloforge::montecarlo {

/// Secondaries with less kinetic energy are not made but deposited where they would have been made, GeV.
struct Cuts {
    double electron = 0;
    double photon = 0;
};

/// What moves an electron or positron of one energy.
struct ElectronRow {
    double loss;            ///< GeV/mm, below the cuts
    double range;           ///< mm, with that loss alone
    double bremsstrahlung;  ///< photons above the cut, 1/mm
    double knock_on;        ///< electrons above the cut, 1/mm
    double annihilation;    ///< 1/mm, positrons
    double hard;            ///< elastic collisions beyond `border`, 1/mm
    double soft;            ///< mean of 1 - cos theta by those below it, 1/mm
    double turning;         ///< mean of 1 - cos theta by all, 1/mm
    double border;          ///< mu = (1 - cos theta) / 2
};

/// What stops a photon of one energy, 1/mm.
struct PhotonRow {
    double pair;
    double compton;
    double photoelectric;
    double total() const { return pair + compton + photoelectric; }
};

/// Accuracy of the transport with Scattering::exact, smaller is slower; what Geant4's steps are is not set
/// here. In both, deep_range_share and those of fields.
struct StepLimits {
    /// Mean of 1 - cos theta between two hard elastic collisions, at most.
    double deflection = 0.5;
    /// A particle that turns so often in its range walks at random: the same for it, and in one step.
    double walking_turns = 8;
    double walking_deflection = 1;
    double walking_step = 1;
    /// Path between them, at most, in radiation lengths.
    double hard_path = 0.3;
    /// Share of the range lost in one step, at most.
    double range_share = 0.1;
    /// The way to the slab's border straight ahead, times this.
    double border_share = 2;
    /// Share of the range of a particle that cannot leave its slab.
    double deep_range_share = 0.2;
    /// Radians by which a magnetic field turns a particle in one step, at most; so many metres of path (100,
    /// a third of a microsecond) and it is ended.
    double field_turn = 0.1;
    double field_path = 1e5 * units::mm;
};

/// A material with cuts: cross-sections on energy_grid, interpolated linearly. Read-only once
/// constructed; any number of threads may share one.
class Medium {
  public:
    Medium(const geometry::Material& material, const Cuts& cuts, const StepLimits& limits = {},
           Scattering scattering = Scattering::exact);
    Medium(const Medium&) = delete;
    Medium& operator=(const Medium&) = delete;

    const Material& material() const { return material_; }
    const Cuts& cuts() const { return cuts_; }

    ElectronRow electron(Charge charge, energy_grid::Place place) const;
    /// On a point of energy_grid.
    const ElectronRow& electron_at(Charge charge, std::size_t point) const { return rows(charge)[point]; }
    const Elastic& elastic_at(Charge charge, std::size_t point) const {
        return elastic_[static_cast<int>(charge)][point];
    }
    PhotonRow photon(energy_grid::Place place) const;
    /// Share of its range that a slow electron gets from where it starts, at most.
    double reach() const { return reach_; }
    /// bohr_straggling() of its electrons.
    double straggling() const { return straggling_; }
    /// The loss alone.
    double loss(Charge charge, energy_grid::Place place) const;

    /// Energy of a bremsstrahlung photon above the cut, GeV.
    double sample_bremsstrahlung(double energy, energy_grid::Place place, TrackRandom& random) const;
    /// Share of a photon's energy, rest mass included, that one particle of a pair gets.
    double sample_pair(double energy, energy_grid::Place place, TrackRandom& random) const;

  private:
    /// A density over t in [0, 1], on nodes that become dense towards 1, sampled by rejection.
    struct Shape {
        static constexpr std::size_t nodes = 48;
        static double position(std::size_t node);
        std::array<float, nodes> value{};
        float largest = 0;
        double sample(TrackRandom& random) const;
        void finish();
    };

    void fill_electrons(Charge charge, const StepLimits& limits, Scattering scattering);
    void fill_ranges(Charge charge);
    void fill_scattering(Charge charge, const StepLimits& limits, Scattering scattering);
    void fill_photons();
    const std::vector<ElectronRow>& rows(Charge charge) const { return electrons_[static_cast<int>(charge)]; }

    Material material_;
    Cuts cuts_;
    Bremsstrahlung bremsstrahlung_;
    double straggling_;
    double reach_;
    std::array<std::vector<ElectronRow>, 2> electrons_;
    std::array<std::vector<Elastic>, 2> elastic_;
    std::vector<PhotonRow> photons_;
    std::vector<Shape> brems_shape_;  ///< k dSigma/dk over ln(k / cut) / ln(E / cut)
    std::vector<Shape> pair_shape_;   ///< over (1/2 - epsilon) / (1/2 - epsilon_0)
};

/// Cuts that belong to a range in the material: electrons, the energy whose range in the continuous
/// slowing-down approximation is `range` mm; photons, the energy of which exp(-5) get that far. At least 1
/// keV.
Cuts cuts_for_range(const geometry::Material& material, double range);

}  // namespace caloforge::montecarlo
