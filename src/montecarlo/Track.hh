#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "montecarlo/TrackRandom.hh"
#include "montecarlo/Vector.hh"

namespace caloforge::montecarlo {

enum class Kind : unsigned char { photon, electron, positron, muon, antimuon };

inline bool is_muon(Kind kind) {
    return kind == Kind::muon || kind == Kind::antimuon;
}

/// A particle on its way.
struct Track {
    Kind kind;
    double energy;               ///< kinetic, GeV
    Vector position;             ///< mm
    Vector direction;            ///< unit vector
    std::size_t zone;            ///< index of the slab it is in
    std::uint64_t identity = 0;  ///< what its random numbers belong to
    std::uint32_t block = 0;     ///< first block of them that is not used yet
    /// Of a charged particle in an active slab: what it deposited since it was there and is not scored yet,
    /// GeV, mm.
    double pending = 0, scored_x = 0, scored_y = 0;
    bool joined = false;  ///< its deposits in this slab are scored together
    double path = 0;      ///< of a charged particle in a magnetic field, mm
    double stride = 0;    ///< StepTable::stride() since it is in this slab
};

/// `direction` turned by the angle of `cosine` at a given azimuth.
inline Vector turned(const Vector& direction, double cosine, const TrackRandom::Azimuth& azimuth) {
    const double sine = std::sqrt(std::max(0.0, 1 - cosine * cosine));
    const double a = sine * azimuth.cosine;
    const double b = sine * azimuth.sine;
    const auto [u, v, w] = direction;
    const double transverse2 = u * u + v * v;
    Vector out;
    if (transverse2 < 1e-20) {
        out = {a, b, w > 0 ? cosine : -cosine};
    } else {
        const double transverse = std::sqrt(transverse2);
        out = {u * cosine + (u * w * a - v * b) / transverse, v * cosine + (v * w * a + u * b) / transverse,
               w * cosine - transverse * a};
    }
    // Rounding grows over thousands of turns.
    const double norm = 1.5 - 0.5 * (out[0] * out[0] + out[1] * out[1] + out[2] * out[2]);
    for (double& x : out) x *= norm;
    return out;
}

/// Direction of what is left when a particle of `momentum` along `direction` gives `lost` along
/// `lost_direction`.
inline Vector recoil(const Vector& direction, double momentum, const Vector& lost_direction, double lost) {
    Vector out;
    double norm2 = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        out[i] = momentum * direction[i] - lost * lost_direction[i];
        norm2 += out[i] * out[i];
    }
    if (!(norm2 > 0)) return direction;
    for (double& x : out) x /= std::sqrt(norm2);
    return out;
}

}  // namespace caloforge::montecarlo
