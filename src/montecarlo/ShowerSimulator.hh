#pragma once

#include <array>
#include <span>

#include "montecarlo/Transport.hh"

namespace caloforge::montecarlo {

/// Showers of one detector. Read-only once constructed: threads share it, each with a Workspace of its own.
class ShowerSimulator {
  public:
    struct Config {
        Kind particle = Kind::electron;
        Binning binning = Binning::cartesian;
        StepLimits limits;
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

    /// Throws InputError for a detector that cannot be simulated: unknown elements; cylindrical cells that
    /// the file does not describe, or for particles at an angle.
    ShowerSimulator(const geometry::Detector& detector, const Config& config);

    /// Grid of the showers: the detector's, or (r, alpha, layer) with the ring width as cell size.
    const geometry::ReadoutGrid& grid() const { return grid_; }
    const Stack& stack() const { return stack_; }
    /// Throws InputError for energies (GeV, kinetic) that are not between the largest cut and 10 TeV.
    void check_energies(double low, double high) const;

    /// Shower `shower` of the run `seed`, with incident kinetic energy `energy` (GeV), into `cells` (grid
    /// order, GeV): a function of these three alone. The particle starts at the front face, spread as the
    /// detector says.
    Report simulate(std::uint64_t seed, std::uint64_t shower, double energy, Workspace& workspace,
                    std::span<float> cells) const;

  private:
    Config config_;
    geometry::Incidence incidence_;
    geometry::ReadoutGrid grid_;
    Stack stack_;
};

}  // namespace caloforge::montecarlo
