#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "montecarlo/StepTable.hh"
#include "montecarlo/Track.hh"

namespace caloforge::montecarlo {

/// What a charged particle's step ended with.
enum class StepEnd : std::uint64_t {
    nothing,      ///< goes on
    stopped,      ///< has not moved: too slow, or cannot leave its slab
    boundary,     ///< at the slab's border
    returned,     ///< there, turned back into it
    interaction,  ///< bremsstrahlung, knock-on or annihilation, still to be made
    scattered     ///< an elastic collision, made
};

/// Electrons and positrons that take their steps side by side, one in each place; what step_together() reads
/// and writes. Plain arrays, so that registers of any width can be filled from them. Native units.
struct Flock {
    static constexpr std::size_t places = 16;
    template <class T>
    using Each = std::array<T, places>;

    alignas(64) Each<double> energy{}, x{}, y{}, z{}, u{}, v{}, w{};
    alignas(64) Each<std::uint64_t> identity{}, block{};
    /// StepTable::Slab of the slab that it is in; `row` and `quantile` for its charge, `largest` the share of
    /// its energy that a knock-on electron can get; StepTable::stride() of when it came in.
    alignas(64) Each<double> low{}, high{}, reach{}, slab_cut{}, straggling{}, largest{}, stride{};
    alignas(64) Each<std::uint64_t> row{}, quantile{};

    /// Of the last step: where it began, its length, the mean energy lost in it and the largest energy of one
    /// electron that is counted in that; what was lost if the slab is passive.
    alignas(64) Each<double> from_x{}, from_y{}, from_z{}, moved{}, mean_loss{}, cut{}, loss{};
    alignas(64) Each<StepEnd> end{};

    /// In an active slab: what was deposited since the place scored_x, scored_y and is not scored yet, GeV.
    Each<double> pending{}, scored_x{}, scored_y{};
    Each<double> path{};  ///< in a magnetic field, mm
    /// `joined`: what it deposits between borders and interactions is scored together, as Geant4 would cross
    /// most of the slab in one step, so that what two cells share is scored in one.
    std::array<bool, places> lives{}, passive{}, positron{}, joined{};
    std::array<std::size_t, places> zone{};  ///< index of the slab

    void put(std::size_t place, const Track& track);
    /// Into a slab, by index.
    void enter(std::size_t place, std::size_t slab, const StepTable& table);
    /// When it is new in its slab, or comes to its border.
    void begin(std::size_t place, const StepTable& table);
    Track get(std::size_t place) const;
    /// What an interaction changes.
    void put_back(std::size_t place, const Track& track);
};

inline void Flock::put(std::size_t i, const Track& track) {
    energy[i] = track.energy;
    x[i] = track.position[0], y[i] = track.position[1], z[i] = track.position[2];
    u[i] = track.direction[0], v[i] = track.direction[1], w[i] = track.direction[2];
    positron[i] = track.kind == Kind::positron;
    pending[i] = track.pending;
    joined[i] = track.joined;
    path[i] = track.path;
    stride[i] = track.stride;
    const bool fresh = track.block == 0;
    scored_x[i] = fresh ? x[i] : track.scored_x;
    scored_y[i] = fresh ? y[i] : track.scored_y;
    identity[i] = track.identity;
    block[i] = track.block;
    lives[i] = true;
}

inline void Flock::put_back(std::size_t i, const Track& track) {
    energy[i] = track.energy;
    u[i] = track.direction[0], v[i] = track.direction[1], w[i] = track.direction[2];
}

inline void Flock::enter(std::size_t i, std::size_t slab, const StepTable& table) {
    const StepTable::Slab& here = table.slabs()[slab];
    zone[i] = slab;
    low[i] = here.low;
    high[i] = here.high;
    reach[i] = here.reach;
    slab_cut[i] = here.cut;
    straggling[i] = here.straggling;
    largest[i] = positron[i] ? 1 : 0.5;
    row[i] = here.row + (positron[i] ? StepTable::charge_rows : 0);
    quantile[i] = here.quantile + (positron[i] ? StepTable::charge_quantiles : 0);
    passive[i] = !here.active;
}

inline void Flock::begin(std::size_t i, const StepTable& table) {
    if (table.scattering() == Scattering::exact) return;
    const StepTable::Slab& here = table.slabs()[zone[i]];
    stride[i] = table.stride(here, positron[i], energy[i]);
    joined[i] = here.active && stride[i] > 0.5 * (here.high - here.low);
}

inline Track Flock::get(std::size_t i) const {
    return {positron[i] ? Kind::positron : Kind::electron,
            energy[i],
            {x[i], y[i], z[i]},
            {u[i], v[i], w[i]},
            zone[i],
            identity[i],
            static_cast<std::uint32_t>(block[i]),
            pending[i],
            scored_x[i],
            scored_y[i],
            joined[i],
            path[i],
            stride[i]};
}

}  // namespace caloforge::montecarlo
