#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "montecarlo/StepTable.hh"
#include "montecarlo/Track.hh"

namespace caloforge::montecarlo {

/// What a leap of a photon ended with.
enum class LeapEnd : std::uint64_t {
    nothing,      ///< where it is, nothing happens
    interaction,  ///< still to be made
    left          ///< the stack
};

/// Photons that leap side by side, as charged particles step in a Flock.
struct PhotonFlock {
    static constexpr std::size_t places = 16;
    template <class T>
    using Each = std::array<T, places>;

    alignas(64) Each<double> x{}, y{}, z{}, u{}, v{}, w{};
    alignas(64) Each<double> bound{};  ///< StepTable::photon_bound() of its energy, 1/mm
    alignas(64) Each<std::uint64_t> step{}, identity{}, block{};
    alignas(64) Each<std::uint64_t> zone{};  ///< index of the slab
    alignas(64) Each<LeapEnd> end{};
    Each<double> energy{};
    Each<bool> lives{};

    void put(std::size_t place, const Track& track, const StepTable& table);
    Track get(std::size_t place) const;
};

/// One leap of every living photon: as far as it would get between two interactions where there are most, of
/// which those that the place has too many of do not happen (Woodcock tracking: no boundary is looked for).
/// `half_width`: of the stack, mm. In registers or, if `alone`, one after the other: the same bits.
void leap_together(const StepTable& table, double half_width, std::uint64_t seed, PhotonFlock& flock,
                   bool alone = false);

inline void PhotonFlock::put(std::size_t i, const Track& track, const StepTable& table) {
    energy[i] = track.energy;
    step[i] = StepTable::step_of(track.energy);
    bound[i] = table.photon_bound(step[i]);
    x[i] = track.position[0], y[i] = track.position[1], z[i] = track.position[2];
    u[i] = track.direction[0], v[i] = track.direction[1], w[i] = track.direction[2];
    zone[i] = track.zone;
    identity[i] = track.identity;
    block[i] = track.block;
    lives[i] = true;
}

inline Track PhotonFlock::get(std::size_t i) const {
    return {Kind::photon,
            energy[i],
            {x[i], y[i], z[i]},
            {u[i], v[i], w[i]},
            zone[i],
            identity[i],
            static_cast<std::uint32_t>(block[i])};
}

}  // namespace caloforge::montecarlo
