// The winding way of a charged particle in one step of Geant4's multiple scattering, in registers, for
// step_together(). Included once for every instruction set (Highway's foreach_target), hence no plain include
// guard.
#if defined(CALOFORGE_MONTECARLO_WINDING) == defined(HWY_TARGET_TOGGLE)
#ifdef CALOFORGE_MONTECARLO_WINDING
#undef CALOFORGE_MONTECARLO_WINDING
#else
#define CALOFORGE_MONTECARLO_WINDING
#endif

#include "montecarlo/Constants.hh"
#include "montecarlo/StepMath-inl.hh"

HWY_BEFORE_NAMESPACE();
namespace caloforge::montecarlo::HWY_NAMESPACE {

/// Particles that lose energy steadily: mm, GeV.
template <class D>
struct Slowing {
    using V = hn::Vec<D>;
    D d;
    V energy, range, loss_rate;

    /// After a part of the range, which goes with a power of the energy.
    HWY_INLINE V energy_after(V way) const {
        const V left = hn::Max(hn::Sub(hn::Set(d, 1.0), hn::Div(way, range)), hn::Set(d, 1e-4));
        const V power = hn::Div(hn::Mul(range, loss_rate), energy);
        return hn::Mul(energy, exp_of(d, hn::Mul(log_of(d, left), power)));
    }

    /// How much more they are turned on a short way than if they kept their energy, with whose inverse square
    /// it goes.
    HWY_INLINE V turning_more(V way) const {
        const V one = hn::Set(d, 1.0);
        const V lost = hn::Min(one, hn::Div(hn::Mul(way, loss_rate), energy));
        const V left = hn::Sub(one, hn::Mul(hn::Set(d, 0.5), lost));
        return hn::Div(one, hn::Mul(left, left));
    }
};

/// Ways of which the transport mean free path falls linearly, as Urban's model has it (Geant4 Physics
/// Reference Manual, release 11, "Multiple scattering", path length correction): to that of the energy after
/// `leap`.
template <class D>
class Winding {
    using V = hn::Vec<D>;

  public:
    /// `turning`: the inverse of that path where the way begins, 1/mm.
    HWY_INLINE Winding(const Slowing<D>& particle, V leap, V turning) : d_(particle.d), leap_(leap) {
        const V one = hn::Set(d_, 1.0);
        const V part = hn::Min(leap, hn::Mul(particle.range, hn::Set(d_, 0.99)));
        const V ratio =
            hn::Div(momentum_velocity(particle.energy_after(part)), momentum_velocity(particle.energy));
        const V lost = hn::Max(hn::Sub(one, hn::Mul(ratio, ratio)), hn::Set(d_, 1e-6));
        shrink_ = hn::Div(lost, leap);
        power_ = hn::Add(one, hn::Div(turning, shrink_));
        most_ = hn::Div(one, turning);
    }

    /// How far a way leads ahead on average.
    HWY_INLINE V ahead(V way) const {
        const V left = exp_of(d_, hn::Mul(log_left(way), power_));
        return hn::Min(most_, hn::Div(hn::Sub(hn::Set(d_, 1.0), left), hn::Mul(shrink_, power_)));
    }

    /// The way that leads so far ahead, at most `leap`.
    HWY_INLINE V way(V distance) const {
        const V one = hn::Set(d_, 1.0);
        const V left = hn::Max(hn::Sub(one, hn::Mul(hn::Mul(shrink_, power_), distance)), hn::Set(d_, 1e-12));
        const V found = hn::Div(hn::Sub(one, exp_of(d_, hn::Div(log_of(d_, left), power_))), shrink_);
        return hn::Min(leap_, hn::Max(distance, found));
    }

    /// How much more particles are turned on a way than if the path stayed.
    HWY_INLINE V turning_more(V way) const {
        const V lost = hn::Mul(shrink_, hn::Max(way, hn::Mul(leap_, hn::Set(d_, 1e-6))));
        return hn::Max(hn::Set(d_, 1.0), hn::Div(hn::Neg(log_left(way)), lost));
    }

    HWY_INLINE V leap() const { return leap_; }

  private:
    HWY_INLINE V momentum_velocity(V energy) const {
        const V mass = hn::Set(d_, electron_mass);
        return hn::Div(hn::Mul(energy, hn::Add(energy, hn::Add(mass, mass))), hn::Add(energy, mass));
    }
    /// ln of what is left of the path.
    HWY_INLINE V log_left(V way) const {
        return log_of(d_, hn::Max(hn::Sub(hn::Set(d_, 1.0), hn::Mul(shrink_, way)), hn::Set(d_, 1e-6)));
    }

    D d_;
    V leap_;    ///< mm
    V shrink_;  ///< share of the path that is lost, 1/mm
    V power_;
    V most_;  ///< mm
};

}  // namespace caloforge::montecarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
