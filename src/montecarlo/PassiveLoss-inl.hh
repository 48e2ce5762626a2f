// Energy that particles lose in passive slabs, in registers, for step_together(). Included once for every
// instruction set (Highway's foreach_target), hence no plain include guard.
#if defined(CALOFORGE_MONTECARLO_PASSIVE_LOSS) == defined(HWY_TARGET_TOGGLE)
#ifdef CALOFORGE_MONTECARLO_PASSIVE_LOSS
#undef CALOFORGE_MONTECARLO_PASSIVE_LOSS
#else
#define CALOFORGE_MONTECARLO_PASSIVE_LOSS
#endif

#include "montecarlo/Constants.hh"
#include "montecarlo/StepMath-inl.hh"

HWY_BEFORE_NAMESPACE();
namespace caloforge::montecarlo::HWY_NAMESPACE {

/// In half of all steps one electron gets something between `least` and the cut, with the spectrum 1 /
/// E^2 of collisions with electrons at rest, where `least` is such that half a collision is expected;
/// what goes to all others is uniform about its mean with its variance (Bohr's).
/// `straggling`: bohr_straggling() of the material.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V passive_loss(D d, V energy, V straggling, V mean, V moved, V cut, V uniform) {
    const V one = hn::Set(d, 1.0);
    const V gamma = hn::Add(hn::Mul(energy, hn::Set(d, 1 / electron_mass)), one);
    const V square = hn::Mul(gamma, gamma);
    const V beta2 = hn::Div(hn::Sub(square, one), square);
    // Collisions beyond E: scale / E.
    const V some_way = hn::Max(moved, hn::Set(d, 1e-12));
    const V scale = hn::Div(hn::Mul(straggling, some_way), beta2);
    constexpr double collisions = 0.5;
    const V inverse = hn::Add(hn::Div(hn::Set(d, collisions), scale), hn::Div(one, cut));  // of the least
    const V hit = hn::Div(one, hn::Sub(inverse, hn::Div(uniform, scale)));
    const V hits = hn::Mul(scale, log_of(d, hn::Mul(inverse, cut)));  // on average
    const V rest = hn::Max(hn::Mul(hn::Set(d, 0.1), mean), hn::Sub(mean, hits));
    const V half = hn::Min(rest, hn::Sqrt(hn::Div(hn::Mul(hn::Set(d, 3.0), scale), inverse)));
    // Another number, of the lower bits.
    const V shifted = hn::Mul(uniform, hn::Set(d, 65536.0));
    const V other = hn::Sub(shifted, hn::Floor(shifted));
    const V spread = hn::Add(rest, hn::Mul(half, hn::Sub(hn::Mul(hn::Set(d, 2.0), other), one)));
    return hn::Add(spread, hn::IfThenElseZero(hn::Lt(uniform, hn::Set(d, collisions)), hit));
}

}  // namespace caloforge::montecarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
