#pragma once

#include <array>
#include <span>

#include "montecarlo/Transport.hh"
#include "sample/Key.hh"

namespace caloforge::montecarlo {

/// The particle that a shower comes from. In double precision: the conditions that a file holds are these,
/// rounded.
struct Incident {
    double energy = 0;  ///< kinetic, GeV
    Kind particle = Kind::electron;
    double theta = 0;  ///< angle to +z, radian
    double phi = 0;    ///< of the direction about z, from +x, radian
};

/// PDG code of a particle, and back. Throws InputError for one that is not transported.
int pdg_code(Kind kind);
Kind kind_of_pdg(int code);

/// Showers of one detector. Read-only once constructed: threads share it, each with a Workspace of its own.
class ShowerSimulator {
  public:
    struct Config {
        /// The cells; the detector's grid where nothing else is said.
        geometry::Readout readout;
        StepLimits limits;
        Scattering scattering = Scattering::geant4;
    };

    /// What one thread needs beside the simulator.
    class Workspace {
      public:
        explicit Workspace(const ShowerSimulator& simulator);
        Transport& transport() { return transport_; }

      private:
        friend class ShowerSimulator;
        Transport transport_;
        CellScore score_;
    };

    /// Of one shower.
    struct Report {
        EnergyBalance balance;
        double outside = 0;             ///< in active slabs beside all cells, GeV
        std::array<float, 2> impact{};  ///< where the particle entered, mm from the axis
    };

    /// Throws InputError for a detector that cannot be simulated: unknown elements; cells that it cannot be
    /// read out in.
    ShowerSimulator(const geometry::Detector& detector, const Config& config);

    /// Of the showers.
    const geometry::Readout& readout() const { return readout_; }
    const Stack& stack() const { return stack_; }
    /// Throws InputError for energies (GeV, kinetic) that are not between the largest cut and 10 TeV.
    void check_energies(double low, double high) const;
    /// Throws InputError for a particle that is not simulated up to this energy (muons: 100 GeV).
    void check_particle(Kind kind, double high) const;
    /// Throws InputError for angles theta (radian) that are not between 0 and 85 degrees; cylindrical cells
    /// lie around a particle along z, so 0 for those.
    void check_angles(double low, double high) const;

    /// Shower `key.number` of the run `key.seed` into `cells` (in the read-out's order, GeV): a function of
    /// key and particle. The particle starts at the front face, spread as the detector says.
    Report simulate(const sample::Key& key, const Incident& incident, Workspace& workspace,
                    std::span<float> cells) const;
    /// The same bits, on as many threads as there are workspaces: for showers so large, or so few, that each
    /// takes long.
    Report simulate(const sample::Key& key, const Incident& incident, std::span<Workspace> workspaces,
                    std::span<float> cells) const;

  private:
    static void share(const sample::Key& key, const Track& primary, std::span<Workspace> workspaces);

    Config config_;
    geometry::Incidence incidence_;
    geometry::Readout readout_;
    Stack stack_;
};

}  // namespace caloforge::montecarlo
