#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "montecarlo/MagneticField.hh"
#include "montecarlo/Scattering.hh"
#include "montecarlo/Zone.hh"

namespace caloforge::montecarlo {

/// Below this a charged particle is stopped: its range is a few micrometres in a solid.
inline constexpr double charged_floor = 1e-5;  ///< GeV, kinetic

/// What step_together() looks up of the media and slabs of a stack. Gathering from memory is what a step
/// would take longest for: energies are rounded to fine steps instead of interpolated between, what belongs
/// together lies together, and elastic collisions are drawn from a table of quantiles. Read-only once
/// constructed.
class StepTable {
  public:
    /// Of particles whose energies share this many steps to an octave; half a step is 0.5 % of the energy.
    static constexpr int bits_per_octave = 6;
    static constexpr std::size_t rows = energy_grid::octaves << bits_per_octave;
    struct Row {
        float loss, loss_rise;  ///< GeV/mm, and how much that rises per GeV
        float range;            ///< mm
        float others;           ///< bremsstrahlung, knock-on electrons and annihilation, 1/mm
        float hard;             ///< elastic collisions beyond the border, 1/mm
        float border;           ///< mu = (1 - cos theta) / 2
        float soft, turning;    ///< mean of 1 - cos theta below the border, and of all, 1/mm
    };

    /// Quantiles of mu: s = (1/mu - 1) / (1/border - 1) over the number u that it is drawn with, which is 1
    /// for Rutherford's cross-section; at equally spaced sqrt(u). On energy_grid.
    static constexpr std::size_t quantiles = 65;
    static constexpr std::size_t quantile_stride = 66;

    /// Of a slab, for its electrons.
    struct Slab {
        double low, high;  ///< mm along z
        double reach;      ///< Medium::reach()
        double cut;        ///< electrons, GeV
        double straggling;
        std::uint64_t row;       ///< of the lowest energy, in floats; of positrons `charge_rows` on
        std::uint64_t quantile;  ///< the same, with `charge_quantiles`
        bool active;             ///< the loss is not sampled in the step
    };
    /// The bits of an energy begin with its octave and its step in it: shifted, they count from `first_step`.
    /// Energies are held between energy_grid::low and `highest`.
    static constexpr int energy_shift = 52 - bits_per_octave;
    static constexpr std::uint64_t first_step =
        std::bit_cast<std::uint64_t>(energy_grid::low) >> energy_shift;
    static constexpr double highest = energy_grid::high * (1 - 0x1p-52);

    /// Step of an energy, in rows; held outside the grid.
    static std::uint64_t step_of(double energy);

    static constexpr std::uint64_t row_size = sizeof(Row) / sizeof(float);
    static constexpr std::uint64_t charge_rows = rows * row_size;
    static constexpr std::uint64_t charge_quantiles = energy_grid::points * quantile_stride;

    /// Of slabs that follow one another from z = 0.
    StepTable(std::span<const Zone> zones, const StepLimits& limits, Scattering scattering,
              const MagneticField& field = {});

    /// How long the steps are, mm, that Geant4 (11.4, Urban's multiple scattering with its default range
    /// factor) takes at the borders of a slab with a particle that came into it, or was made in it, with this
    /// energy.
    double stride(const Slab& slab, bool positron, double energy) const;

    /// Whether an electron, or a positron, at `z` gets nowhere: too slow, or it cannot leave its slab and
    /// would radiate nothing on the way.
    bool stays(const Slab& slab, bool positron, double energy, double z) const;

    const std::vector<Slab>& slabs() const { return slabs_; }
    double depth() const { return tops_.back(); }
    const std::vector<Row>& all_rows() const { return rows_; }
    const std::vector<float>& all_quantiles() const { return quantiles_; }
    const StepLimits& limits() const { return limits_; }
    Scattering scattering() const { return scattering_; }
    const MagneticField& field() const { return field_; }

    /// Interactions of photons per mm in each medium, a row of `rows` energies each, and the largest of all
    /// media.
    const std::vector<float>& photons() const { return photons_; }
    double photon_bound(std::uint64_t step) const { return photon_bound_[step]; }
    /// By slab: where it ends, mm; where the row of its photons begins.
    const std::vector<double>& tops() const { return tops_; }
    const std::vector<std::uint64_t>& photon_rows() const { return photon_rows_; }
    /// The slab at the beginning of each of so many equal parts of the depth; in a part there are two at
    /// most, but where slabs are thinner than a 65,536th of the depth.
    const std::vector<std::uint64_t>& slab_of_part() const { return slab_of_part_; }

  private:
    const Row& row(const Slab& slab, bool positron, double energy) const {
        return rows_[slab.row / row_size + (positron ? rows : 0) + step_of(energy)];
    }
    void add_slab(const Zone& zone, std::size_t medium);
    void add_parts();
    void add_photons(const Medium& medium);
    void add_rows(const Medium& medium, Charge charge);
    void add_quantiles(const Medium& medium, Charge charge);

    StepLimits limits_;
    Scattering scattering_;
    MagneticField field_;
    std::vector<Slab> slabs_;
    std::vector<Row> rows_;
    std::vector<float> quantiles_;
    std::vector<float> photons_, photon_bound_;
    std::vector<double> tops_;
    std::vector<std::uint64_t> photon_rows_, slab_of_part_;
};

}  // namespace caloforge::montecarlo
