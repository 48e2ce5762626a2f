// Directions of particles, in registers, for step_together(). Included once for every instruction set
// (Highway's foreach_target), hence no plain include guard.
#if defined(CALOFORGE_MONTECARLO_HEADING) == defined(HWY_TARGET_TOGGLE)
#ifdef CALOFORGE_MONTECARLO_HEADING
#undef CALOFORGE_MONTECARLO_HEADING
#else
#define CALOFORGE_MONTECARLO_HEADING
#endif

#include "montecarlo/StepMath-inl.hh"
#include "montecarlo/Vector.hh"

HWY_BEFORE_NAMESPACE();
namespace caloforge::montecarlo::HWY_NAMESPACE {

/// Unit vectors.
template <class D>
struct Heading {
    using V = hn::Vec<D>;
    using M = hn::Mask<D>;
    V u, v, w;

    HWY_INLINE V dot(D, const Heading& other) const {
        return hn::Add(hn::Add(hn::Mul(u, other.u), hn::Mul(v, other.v)), hn::Mul(w, other.w));
    }

    /// Turns some by the angle of `cosine`, at an azimuth of `share` of a turn: turned() of Track.hh.
    HWY_INLINE void turn(D d, M which, V cosine, V share) {
        const V one = hn::Set(d, 1.0), zero = hn::Zero(d);
        V c, s;
        turn_of(d, share, c, s);
        const V sine = hn::Sqrt(hn::Max(zero, hn::Sub(one, hn::Mul(cosine, cosine))));
        const V a = hn::Mul(sine, c), b = hn::Mul(sine, s);
        const V transverse2 = hn::Add(hn::Mul(u, u), hn::Mul(v, v));
        const M along = hn::Lt(transverse2, hn::Set(d, 1e-20));
        const V transverse = hn::Sqrt(hn::IfThenElse(along, one, transverse2));
        const V inverse = hn::Div(one, transverse);
        const V wa = hn::Mul(w, a);
        V x = hn::Add(hn::Mul(u, cosine), hn::Mul(hn::Sub(hn::Mul(u, wa), hn::Mul(v, b)), inverse));
        V y = hn::Add(hn::Mul(v, cosine), hn::Mul(hn::Add(hn::Mul(v, wa), hn::Mul(u, b)), inverse));
        V z = hn::Sub(hn::Mul(w, cosine), hn::Mul(transverse, a));
        x = hn::IfThenElse(along, a, x);
        y = hn::IfThenElse(along, b, y);
        z = hn::IfThenElse(along, hn::IfThenElse(hn::Gt(w, zero), cosine, hn::Neg(cosine)), z);
        const V square = hn::Add(hn::Add(hn::Mul(x, x), hn::Mul(y, y)), hn::Mul(z, z));
        const V norm = hn::Sub(hn::Set(d, 1.5), hn::Mul(hn::Set(d, 0.5), square));
        u = hn::IfThenElse(which, hn::Mul(x, norm), u);
        v = hn::IfThenElse(which, hn::Mul(y, norm), v);
        w = hn::IfThenElse(which, hn::Mul(z, norm), w);
    }

    /// Turns all about an axis, by small angles: MagneticField::turned().
    HWY_INLINE void bend(D d, const Vector& axis, V angle) {
        const auto& [a, b, c] = axis;
        const V x = hn::Set(d, a), y = hn::Set(d, b), z = hn::Set(d, c);
        const V square = hn::Mul(angle, angle);
        const V sine = hn::Mul(angle, plus(d, 1.0, square, line(d, -1.0 / 6, 1.0 / 120, square)));
        const V versine = hn::Mul(square, plus(d, 1.0 / 2, square, line(d, -1.0 / 24, 1.0 / 720, square)));
        const V cosine = hn::Sub(hn::Set(d, 1.0), versine);
        const V along = hn::Mul(dot(d, {x, y, z}), versine);
        const auto turned = [&](V old, V cross, V side) {
            return hn::Add(hn::Add(hn::Mul(old, cosine), hn::Mul(cross, sine)), hn::Mul(side, along));
        };
        const V new_u = turned(u, hn::Sub(hn::Mul(y, w), hn::Mul(z, v)), x);
        const V new_v = turned(v, hn::Sub(hn::Mul(z, u), hn::Mul(x, w)), y);
        w = turned(w, hn::Sub(hn::Mul(x, v), hn::Mul(y, u)), z);
        u = new_u;
        v = new_v;
    }
};

/// Cosine of the angle by all soft collisions over a path of `turns` transport mean free paths: the
/// distribution on the sphere of greatest entropy (von Mises and Fisher) with the mean cosine that they
/// have, exp(-turns).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V soft_cosine(D d, V turns, V uniform) {
    const V one = hn::Set(d, 1.0);
    // Where few turns leave no digits of 1 - cos.
    constexpr double few = 0.01;
    const hn::Mask<D> little = hn::Lt(turns, hn::Set(d, few));
    const V short_mean = hn::Mul(turns, hn::Sub(one, hn::Mul(hn::Set(d, 0.5), turns)));
    const V mean = exp_of(d, hn::Neg(hn::IfThenElse(little, one, turns)));
    const V m2 = hn::Mul(mean, mean);
    // Inverse of Langevin's function to 0.3 % (Kroeger, J. Non-Newtonian Fluid Mech. 223 (2015) 77).
    const V inner =
        hn::Mul(m2, hn::Add(hn::Set(d, 6.0 / 5),
                            hn::Mul(m2, hn::Sub(hn::Set(d, 1.0 / 5), hn::Mul(hn::Set(d, 2.0 / 5), m2)))));
    V k = hn::Div(hn::Mul(mean, hn::Sub(hn::Set(d, 3.0), inner)), hn::Sub(one, m2));
    // Below, the distribution is even; 1 / k would not be.
    k = hn::Max(k, hn::Set(d, 1e-3));
    const V back = hn::IfThenZeroElse(little, exp_of(d, hn::Mul(hn::Set(d, -2.0), k)));
    const V log = log_of(d, hn::Add(uniform, hn::Mul(hn::Sub(one, uniform), back)));
    const V scale = hn::IfThenElse(little, short_mean, hn::Div(one, k));
    return hn::Max(hn::Set(d, -1.0), hn::Add(one, hn::Mul(scale, log)));
}

}  // namespace caloforge::montecarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
