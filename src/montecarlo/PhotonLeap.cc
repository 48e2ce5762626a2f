#include "montecarlo/PhotonLeap.hh"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "montecarlo/PhotonLeap.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "montecarlo/StepMath-inl.hh"
#include "montecarlo/TrackRandom.hh"

HWY_BEFORE_NAMESPACE();
namespace caloforge::montecarlo::HWY_NAMESPACE {

/// Those of one register, from the place `at` on.
template <class D>
HWY_INLINE void leap(D d, const StepTable& table, double half_width, std::uint64_t seed, PhotonFlock& flock,
                     std::size_t at) {
    const Words<D> w;
    const hn::RebindToSigned<D> whole;
    const auto index = [&](hn::Vec<Words<D>> word) { return hn::BitCast(whole, word); };
    const auto block = hn::Load(w, &flock.block[at]);
    const Block<D> random(d, seed, track_stream, hn::Load(w, &flock.identity[at]), block);
    hn::Store(hn::Add(block, hn::Set(w, 1)), w, &flock.block[at]);

    const auto bound = hn::Load(d, &flock.bound[at]);
    const auto length = hn::Div(hn::Neg(log_of(d, random.number[0])), bound);
    const auto moved = [&](const double* place, const double* direction) {
        return hn::Add(hn::Load(d, place), hn::Mul(length, hn::Load(d, direction)));
    };
    const auto x = moved(&flock.x[at], &flock.u[at]);
    const auto y = moved(&flock.y[at], &flock.v[at]);
    const auto z = moved(&flock.z[at], &flock.w[at]);
    const auto zero = hn::Zero(d), depth = hn::Set(d, table.depth()), edge = hn::Set(d, half_width);
    const auto inside = hn::And(hn::And(hn::Gt(z, zero), hn::Lt(z, depth)),
                                hn::And(hn::Le(hn::Abs(x), edge), hn::Le(hn::Abs(y), edge)));

    // The slab.
    const auto parts = static_cast<double>(table.slab_of_part().size());
    const auto part = hn::Floor(hn::Mul(hn::IfThenElseZero(inside, z), hn::Set(d, parts / table.depth())));
    const auto part_word = to_words(d, hn::Min(part, hn::Set(d, parts - 1)));
    auto slab = hn::GatherIndex(w, table.slab_of_part().data(), index(part_word));
    for (;;) {
        const auto top = hn::GatherIndex(d, table.tops().data(), index(slab));
        const auto beyond = hn::And(inside, hn::Ge(z, top));
        if (hn::AllFalse(d, beyond)) break;
        slab = hn::Add(slab, hn::IfThenElseZero(hn::RebindMask(w, beyond), hn::Set(w, 1)));
    }

    // Single floats, gathered with their neighbours.
    const auto row = hn::GatherIndex(w, table.photon_rows().data(), index(slab));
    const auto cell = hn::Add(row, hn::Load(w, &flock.step[at]));
    const auto both =
        hn::BitCast(w, hn::GatherOffset(d, reinterpret_cast<const double*>(table.photons().data()),
                                        index(hn::ShiftLeft<2>(cell))));
    const auto here = widened(d, both);
    const auto happens = hn::And(inside, hn::Lt(hn::Mul(random.number[1], bound), here));
    const auto end_of = [&](LeapEnd end) { return hn::Set(w, static_cast<std::uint64_t>(end)); };
    auto end =
        hn::IfThenElse(hn::RebindMask(w, happens), end_of(LeapEnd::interaction), end_of(LeapEnd::nothing));
    end = hn::IfThenElse(hn::RebindMask(w, inside), end, end_of(LeapEnd::left));
    hn::Store(end, w, reinterpret_cast<std::uint64_t*>(&flock.end[at]));
    hn::Store(slab, w, &flock.zone[at]);
    hn::Store(x, d, &flock.x[at]);
    hn::Store(y, d, &flock.y[at]);
    hn::Store(z, d, &flock.z[at]);
}

template <class D>
void leap_all(D d, const StepTable& table, double half_width, std::uint64_t seed, PhotonFlock& flock) {
    for_registers(d, flock.lives, [&](std::size_t at) { leap(d, table, half_width, seed, flock, at); });
}

void leap_in_registers(const StepTable& table, double half_width, std::uint64_t seed, PhotonFlock& flock) {
    leap_all(hn::CappedTag<double, PhotonFlock::places>(), table, half_width, seed, flock);
}

void leap_one_by_one(const StepTable& table, double half_width, std::uint64_t seed, PhotonFlock& flock) {
    leap_all(hn::FixedTag<double, 1>(), table, half_width, seed, flock);
}

}  // namespace caloforge::montecarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::montecarlo {

HWY_EXPORT(leap_in_registers);
HWY_EXPORT(leap_one_by_one);

void leap_together(const StepTable& table, double half_width, std::uint64_t seed, PhotonFlock& flock,
                   bool alone) {
    if (alone)
        HWY_DYNAMIC_DISPATCH(leap_one_by_one)(table, half_width, seed, flock);
    else
        HWY_DYNAMIC_DISPATCH(leap_in_registers)(table, half_width, seed, flock);
}

}  // namespace caloforge::montecarlo
#endif
