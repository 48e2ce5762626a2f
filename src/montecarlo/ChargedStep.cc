#include "montecarlo/ChargedStep.hh"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "montecarlo/ChargedStep.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "montecarlo/Bremsstrahlung.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/Heading-inl.hh"
#include "montecarlo/PassiveLoss-inl.hh"
#include "montecarlo/StepMath-inl.hh"
#include "montecarlo/TrackRandom.hh"
#include "montecarlo/Winding-inl.hh"

HWY_BEFORE_NAMESPACE();
namespace caloforge::montecarlo::HWY_NAMESPACE {

/// One register of a flock, at its place `at`; in a magnetic field or not, with Geant4's steps or exactly.
template <class D, bool in_field, bool as_geant4>
class Step {
    using V = hn::Vec<D>;
    using W = Words<D>;
    using VW = hn::Vec<W>;
    using M = hn::Mask<D>;

  public:
    HWY_INLINE Step(D d, const StepTable& table, std::uint64_t seed, Flock& flock, std::size_t at)
        : d_(d), table_(table), seed_(seed), flock_(flock), at_(at) {}

    HWY_INLINE void take() {
        load();
        const Rates rates = look_up();
        const V ahead = to_border();
        const M deep = hn::Lt(hn::Mul(hn::Load(d_, &flock_.reach[at_]), rates.range), safety());
        const M stopped = hn::Or(hn::Lt(energy_, hn::Set(d_, charged_floor)),
                                 hn::And(deep, hn::Lt(energy_, hn::Set(d_, Bremsstrahlung::least_energy))));
        const Slowing<D> slowing{d_, energy_, rates.range, rates.loss};
        const V leap = geant4_leap(rates.range);
        const Winding<D> winding(slowing, leap, rates.turning);
        const Plan plan =
            as_geant4 ? plan_as_geant4(rates, deep, ahead, winding) : plan_exact(rates, deep, ahead);
        // In the middle of a step as long as those are on average.
        const V usual = hn::Min(hn::Min(plan.longest, ahead),
                                hn::Div(hn::Set(d_, 1.0), hn::Add(rates.others, rates.hard)));
        const V slower = slowing.turning_more(usual);
        const V hard = hn::IfThenElseZero(hn::AndNot(deep, plan.hinged), hn::Mul(rates.hard, slower));
        const V events = hn::Add(rates.others, hard);

        draw();
        const V wanted = hn::Div(hn::Neg(log_of(d_, first_[0])), events);
        const V way = hn::Min(wanted, plan.longest);
        V more = slower, length = way, hinge = hn::Mul(way, first_[1]);
        if constexpr (as_geant4) {
            more = hn::IfThenElse(plan.hinged, slower, winding.turning_more(way));
            const M whole = hn::And(plan.whole, hn::Ge(wanted, plan.longest));
            const V part = hn::IfThenElse(whole, ahead, hn::Min(ahead, winding.ahead(way)));
            length = hn::IfThenElse(plan.hinged, way, part);
            hinge = hn::IfThenElse(plan.hinged, hinge, length);
            // A field that turns it may have moved the border away.
            if constexpr (in_field) hinge = hn::IfThenElse(whole, hn::Add(hinge, hinge), hinge);
        }

        const V from_x = x_, from_y = y_, from_z = z_;
        V moved = hn::Zero(d_);
        const M at_once = advance(hinge, ahead, moved);
        const Heading<D> arriving = heading_;
        scatter(rates, plan, deep, at_once, hn::Mul(way, more));
        // No further where the border was reached.
        const M later = advance(hn::IfThenZeroElse(at_once, hn::Sub(length, hinge)), to_border(), moved);
        if (as_geant4 && !hn::AllFalse(d_, plan.beside))
            step_aside(plan.beside, way, length, arriving, first_[1]);
        const M arrived = hn::Or(at_once, hn::And(plan.hinged, later));
        moved = hn::IfThenElse(plan.hinged, moved, way);
        lose(rates, plan, slowing, moved);

        const M happens = hn::AndNot(hn::Or(stopped, arrived), hn::Le(wanted, plan.longest));
        const M scattered = hn::And(happens, hn::Ge(hn::Mul(second_[1], events), rates.others));
        collide(scattered, rates.step, rates.border);
        const M back =
            hn::And(hn::And(plan.crosses, arrived), hn::Lt(hn::Mul(heading_.w, arriving.w), hn::Zero(d_)));
        const W w;
        const auto end_of = [&](StepEnd end) { return hn::Set(w, static_cast<std::uint64_t>(end)); };
        VW end = choose(happens, end_of(StepEnd::interaction), end_of(StepEnd::nothing));
        end = choose(scattered, end_of(StepEnd::scattered), end);
        end = choose(arrived, end_of(StepEnd::boundary), end);
        end = choose(back, end_of(StepEnd::returned), end);
        end = choose(stopped, end_of(StepEnd::stopped), end);
        hn::Store(end, w, reinterpret_cast<std::uint64_t*>(&flock_.end[at_]));

        restore(stopped, from_x, from_y, from_z);
        hn::Store(from_x, d_, &flock_.from_x[at_]);
        hn::Store(from_y, d_, &flock_.from_y[at_]);
        hn::Store(from_z, d_, &flock_.from_z[at_]);
        store();
    }

  private:
    /// StepTable::Row.
    struct Rates {
        VW step;
        V loss, loss_rise, range, others, hard, border, soft, turning;
    };

    /// How a particle goes on where nothing happens to it.
    struct Plan {
        M crosses, beside;  ///< of Geant4's steps those that lead to the border, and the others
        M hinged;           ///< no such step: turned on its way
        M whole;            ///< crosses if nothing happens
        V longest;          ///< its way
    };

    HWY_INLINE Rates look_up() const {
        const W w;
        const V held =
            hn::Min(hn::Max(energy_, hn::Set(d_, energy_grid::low)), hn::Set(d_, StepTable::highest));
        Rates out;
        out.step = hn::Sub(hn::ShiftRight<StepTable::energy_shift>(hn::BitCast(w, held)),
                           hn::Set(w, StepTable::first_step));
        static_assert(StepTable::row_size == 8);
        const VW row = hn::Add(hn::Load(w, &flock_.row[at_]), hn::ShiftLeft<3>(out.step));
        const auto* rows = reinterpret_cast<const float*>(table_.all_rows().data());
        pair(rows, row, out.loss, out.loss_rise);
        pair(rows + 2, row, out.range, out.others);
        pair(rows + 4, row, out.hard, out.border);
        pair(rows + 6, row, out.soft, out.turning);
        return out;
    }

    /// To the slab's nearest border.
    HWY_INLINE V safety() const { return hn::Min(hn::Sub(high_, z_), hn::Sub(z_, low_)); }

    HWY_INLINE Plan plan_exact(const Rates& rates, M deep, V ahead) {
        const StepLimits& limits = table_.limits();
        const M none = hn::MaskFromVec(hn::Zero(d_));
        V longest = hn::Mul(rates.range, hn::IfThenElse(deep, hn::Set(d_, limits.deep_range_share),
                                                        hn::Set(d_, limits.range_share)));
        const M walks =
            hn::AndNot(deep, hn::Gt(hn::Mul(rates.turning, rates.range), hn::Set(d_, limits.walking_turns)));
        const V walk = hn::Div(hn::Set(d_, limits.walking_step), rates.turning);
        longest = hn::IfThenElse(walks, hn::Min(longest, walk), longest);
        Plan plan{none, none, hn::Not(none), none, within_border(longest, ahead)};
        limit_in_field(rates, ahead, plan);
        return plan;
    }

    HWY_INLINE Plan plan_as_geant4(const Rates& rates, M deep, V ahead, const Winding<D>& winding) {
        const M crosses = hn::AndNot(deep, hn::Le(ahead, winding.ahead(winding.leap())));
        const V inside = hn::Mul(rates.range, hn::Set(d_, table_.limits().deep_range_share));
        const V free = hn::IfThenElse(crosses, winding.way(ahead), winding.leap());
        Plan plan{crosses, hn::Not(hn::Or(deep, crosses)), deep, crosses,
                  hn::IfThenElse(deep, within_border(inside, ahead), free)};
        limit_in_field(rates, ahead, plan);
        return plan;
    }

    /// Not much farther than the border straight ahead: of the turns of a step that is many times longer than
    /// a thin slab, hardly one would happen in it, and that one would be many times too large.
    HWY_INLINE V within_border(V longest, V ahead) const {
        return hn::Min(longest, hn::Mul(hn::Set(d_, table_.limits().border_share), ahead));
    }

    HWY_INLINE void limit_in_field(const Rates& rates, V ahead, Plan& plan) {
        if constexpr (in_field) {
            // At the energy in the middle of the way.
            const V lost = hn::Mul(hn::Set(d_, 0.5), hn::Mul(rates.loss, hn::Min(plan.longest, ahead)));
            bending_ = bending(hn::Max(hn::Mul(hn::Set(d_, 0.5), energy_), hn::Sub(energy_, lost)));
            const V most = hn::Div(hn::Set(d_, table_.limits().field_turn), hn::Abs(bending_));
            plan.whole = hn::And(plan.whole, hn::Le(plan.longest, most));
            plan.longest = hn::Min(plan.longest, most);
        }
    }

    /// The step's random numbers: eight of each particle.
    HWY_INLINE void draw() {
        const W w;
        const VW identity = hn::Load(w, &flock_.identity[at_]), block = hn::Load(w, &flock_.block[at_]);
        const Block<D> first(d_, seed_, track_stream, identity, block);
        const Block<D> second(d_, seed_, track_stream, identity, hn::Add(block, hn::Set(w, 1)));
        hn::Store(hn::Add(block, hn::Set(w, 2)), w, &flock_.block[at_]);
        for (int i = 0; i < 4; ++i) {
            first_[i] = first.number[i];
            second_[i] = second.number[i];
        }
    }

    /// What elastic collisions of the way do at its hinge or end; `path`: that at whose beginning the rates
    /// are.
    HWY_INLINE void scatter(const Rates& rates, const Plan& plan, M deep, M at_once, V path) {
        V together = hn::IfThenElse(deep, rates.turning, rates.soft);
        M hit = hn::MaskFromVec(hn::Zero(d_));
        if constexpr (as_geant4) {
            // All of them: the soft ones and, if there are hard ones, one of them, whom the others join then
            // as soft ones.
            const V least = hn::Set(d_, 1e-9);
            const V hits = hn::Max(hn::Mul(rates.hard, path), least);
            const V some = hn::Max(hn::Sub(hn::Set(d_, 1.0), exp_of(d_, hn::Neg(hits))), least);
            hit = hn::AndNot(plan.hinged, hn::Lt(second_[1], some));
            const V rest = hn::Div(hn::Sub(hits, some), hn::Mul(hits, some));
            const V joining = hn::Mul(hn::Sub(rates.turning, rates.soft), rest);
            together = hn::Add(together, hn::IfThenElseZero(hit, joining));
        }
        heading_.turn(d_, hn::Not(hn::And(plan.hinged, at_once)),
                      soft_cosine(d_, hn::Mul(path, together), first_[2]), first_[3]);
        collide(hit, rates.step, rates.border);
    }

    /// The energy lost on a way, and what of it passive slabs keep.
    HWY_INLINE void lose(const Rates& rates, const Plan& plan, const Slowing<D>& slowing, V moved) {
        // At the energy in the middle of the step.
        const V at_start = hn::Mul(moved, rates.loss);
        V mean = hn::Mul(moved,
                         hn::Sub(rates.loss, hn::Mul(rates.loss_rise, hn::Mul(hn::Set(d_, 0.5), at_start))));
        if constexpr (as_geant4)
            mean = hn::IfThenElse(plan.hinged, mean, hn::Sub(energy_, slowing.energy_after(moved)));
        const V cut = hn::Min(hn::Load(d_, &flock_.slab_cut[at_]),
                              hn::Mul(energy_, hn::Load(d_, &flock_.largest[at_])));
        const V straggling = hn::Load(d_, &flock_.straggling[at_]);
        const V loss = passive_loss(d_, energy_, straggling, mean, moved, cut, second_[0]);
        hn::Store(moved, d_, &flock_.moved[at_]);
        hn::Store(mean, d_, &flock_.mean_loss[at_]);
        hn::Store(cut, d_, &flock_.cut[at_]);
        hn::Store(hn::Min(loss, energy_), d_, &flock_.loss[at_]);
    }

    HWY_INLINE VW choose(M mask, VW yes, VW no) const {
        return hn::IfThenElse(hn::RebindMask(W(), mask), yes, no);
    }

    /// How long a step Geant4 would take: its multiple scattering's limit, far from borders that of the
    /// distance to them, and its ionisation's step function.
    HWY_INLINE V geant4_leap(V range) const {
        const V scattering =
            hn::Max(hn::Load(d_, &flock_.stride[at_]), hn::Mul(hn::Set(d_, geant4::safety_factor), safety()));
        constexpr double share = geant4::step_share, last = geant4::final_range;
        const V far =
            hn::Sub(hn::Add(hn::Mul(hn::Set(d_, share), range), hn::Set(d_, 2 * last * (1 - share))),
                    hn::Div(hn::Set(d_, last * last * (1 - share)), range));
        return hn::Min(scattering, hn::IfThenElse(hn::Gt(range, hn::Set(d_, last)), far, range));
    }

    /// After a winding way that led `length` ahead, from the direction `old`: to the side by what Geant4
    /// takes for the mean, near the azimuth that it is turned to, so far as the border lets it.
    HWY_INLINE void step_aside(M which, V way, V length, const Heading<D>& old, V uniform) {
        const V one = hn::Set(d_, 1.0), zero = hn::Zero(d_);
        const auto& [u, v, w] = old;
        const V cosine = heading_.dot(d_, old);
        const V sine = hn::Sqrt(hn::Max(hn::Set(d_, 1e-20), hn::Sub(one, hn::Mul(cosine, cosine))));
        const V x = hn::Div(hn::Sub(heading_.u, hn::Mul(cosine, u)), sine);
        const V y = hn::Div(hn::Sub(heading_.v, hn::Mul(cosine, v)), sine);
        const V z = hn::Div(hn::Sub(heading_.w, hn::Mul(cosine, w)), sine);
        // Exponential in the difference of the two azimuths, which is below half a turn.
        constexpr double whole = 1 - 0.00113;  // 1 - exp(-pi azimuth_steepness)
        const V signed_share = hn::Sub(hn::Mul(hn::Set(d_, 2.0), uniform), one);
        const V share = hn::Sub(one, hn::Mul(hn::Abs(signed_share), hn::Set(d_, whole)));
        const V angle =
            hn::Div(log_of(d_, share), hn::Set(d_, -2 * 3.14159265358979 * geant4::azimuth_steepness));
        V c, s;
        turn_of(d_, angle, c, s);
        s = hn::CopySign(s, signed_share);
        const V longer = hn::Max(zero, hn::Mul(hn::Sub(way, length), hn::Add(way, length)));
        const V room = hn::Max(zero, safety());
        const V size = hn::IfThenElseZero(
            which, hn::Min(room, hn::Mul(hn::Set(d_, geant4::displacement), hn::Sqrt(longer))));
        const auto to_the_side = [&](V along, V cross) {
            return hn::Mul(size, hn::Add(hn::Mul(c, along), hn::Mul(s, cross)));
        };
        x_ = hn::Add(x_, to_the_side(x, hn::Sub(hn::Mul(v, z), hn::Mul(w, y))));
        y_ = hn::Add(y_, to_the_side(y, hn::Sub(hn::Mul(w, x), hn::Mul(u, z))));
        z_ = hn::Add(z_, to_the_side(z, hn::Sub(hn::Mul(u, y), hn::Mul(v, x))));
        z_ = hn::Min(high_, hn::Max(low_, z_));
    }

    /// Two neighbouring floats, as doubles.
    HWY_INLINE void pair(const float* from, VW index, V& first, V& second) const {
        // In words of two: rows and their pairs begin at even places, quantiles anywhere.
        const hn::RebindToSigned<D> whole;
        const auto bytes = hn::BitCast(whole, hn::ShiftLeft<2>(index));
        const VW both = hn::BitCast(W(), hn::GatherOffset(d_, reinterpret_cast<const double*>(from), bytes));
        first = widened(d_, both);
        second = widened(d_, hn::ShiftRight<32>(both));
    }

    HWY_INLINE void load() {
        energy_ = hn::Load(d_, &flock_.energy[at_]);
        x_ = hn::Load(d_, &flock_.x[at_]);
        y_ = hn::Load(d_, &flock_.y[at_]);
        z_ = hn::Load(d_, &flock_.z[at_]);
        heading_.u = hn::Load(d_, &flock_.u[at_]);
        heading_.v = hn::Load(d_, &flock_.v[at_]);
        heading_.w = hn::Load(d_, &flock_.w[at_]);
        low_ = hn::Load(d_, &flock_.low[at_]);
        high_ = hn::Load(d_, &flock_.high[at_]);
    }

    HWY_INLINE void store() {
        hn::Store(x_, d_, &flock_.x[at_]);
        hn::Store(y_, d_, &flock_.y[at_]);
        hn::Store(z_, d_, &flock_.z[at_]);
        hn::Store(heading_.u, d_, &flock_.u[at_]);
        hn::Store(heading_.v, d_, &flock_.v[at_]);
        hn::Store(heading_.w, d_, &flock_.w[at_]);
    }

    HWY_INLINE void restore(M stopped, V x, V y, V z) {
        x_ = hn::IfThenElse(stopped, x, x_);
        y_ = hn::IfThenElse(stopped, y, y_);
        z_ = hn::IfThenElse(stopped, z, z_);
    }

    HWY_INLINE V edge() const { return hn::IfThenElse(hn::Gt(heading_.w, hn::Zero(d_)), high_, low_); }

    /// Straight ahead, mm; hugely far along a slab.
    HWY_INLINE V to_border() const {
        const V zero = hn::Zero(d_);
        const V path = hn::Max(zero, hn::Div(hn::Sub(edge(), z_), heading_.w));
        return hn::IfThenElse(hn::Eq(heading_.w, zero), hn::Set(d_, 1e300), path);
    }

    /// Of particles of such energies, radian/mm about the field's axis.
    HWY_INLINE V bending(V energy) const {
        const V momentum2 = hn::Mul(energy, hn::Add(energy, hn::Set(d_, 2 * electron_mass)));
        const V size = hn::Div(hn::Set(d_, table_.field().turning()), hn::Sqrt(momentum2));
        const M positive = hn::Eq(hn::Load(d_, &flock_.largest[at_]), hn::Set(d_, 1.0));
        return hn::IfThenElse(positive, hn::Neg(size), size);
    }

    /// Straight ahead, at most to the slab's border, `border` mm away; true where it was reached. Adds to
    /// `moved`. In a field along the chord of the helix.
    HWY_INLINE M advance(V length, V border, V& moved) {
        if constexpr (in_field) {
            const V half = hn::Mul(hn::Set(d_, 0.5), bending_);
            heading_.bend(d_, table_.field().axis(), hn::Mul(half, hn::Min(length, border)));
            border = to_border();
        }
        const M reached = hn::Ge(length, border);
        const V path = hn::Min(length, border);
        x_ = hn::Add(x_, hn::Mul(path, heading_.u));
        y_ = hn::Add(y_, hn::Mul(path, heading_.v));
        z_ = hn::IfThenElse(reached, edge(), hn::Add(z_, hn::Mul(path, heading_.w)));
        moved = hn::Add(moved, path);
        if constexpr (in_field)
            heading_.bend(d_, table_.field().axis(), hn::Mul(hn::Mul(hn::Set(d_, 0.5), bending_), path));
        return reached;
    }

    /// One elastic collision beyond the border of the soft ones.
    HWY_INLINE void collide(M which, VW step, V border) {
        if (hn::AllFalse(d_, which)) return;
        const V mu = scattering(step, border, second_[2]);
        heading_.turn(d_, which, hn::Sub(hn::Set(d_, 1.0), hn::Mul(hn::Set(d_, 2.0), mu)), second_[3]);
    }

    /// mu of elastic collisions beyond the border of the soft ones.
    HWY_INLINE V scattering(VW step, V border, V uniform) const {
        const W w;
        const V one = hn::Set(d_, 1.0);
        // energy_grid's nearest point below; its steps are coarser.
        constexpr int coarser = StepTable::bits_per_octave - energy_grid::bits_per_octave;
        const VW point =
            hn::ShiftRight<coarser>(hn::Add(step, hn::Set(w, std::uint64_t{1} << (coarser - 1))));
        static_assert(StepTable::quantile_stride == 66);
        const VW row = hn::Add(hn::Load(w, &flock_.quantile[at_]),
                               hn::Add(hn::ShiftLeft<6>(point), hn::ShiftLeft<1>(point)));
        constexpr auto last = static_cast<double>(StepTable::quantiles - 1);
        const V place = hn::Mul(hn::Sqrt(uniform), hn::Set(d_, last));
        const V floor = hn::Min(hn::Floor(place), hn::Set(d_, last - 1));
        V here, next;
        pair(table_.all_quantiles().data(), hn::Add(row, to_words(d_, floor)), here, next);
        const V ratio = hn::Add(here, hn::Mul(hn::Sub(place, floor), hn::Sub(next, here)));
        const V s = hn::Min(one, hn::Mul(uniform, ratio));
        return hn::Div(one, hn::Add(one, hn::Mul(s, hn::Sub(hn::Div(one, border), one))));
    }

    D d_;
    const StepTable& table_;
    std::uint64_t seed_;
    Flock& flock_;
    std::size_t at_;
    V energy_, x_, y_, z_;
    Heading<D> heading_;
    V low_, high_;
    V bending_;  ///< radian/mm
    V first_[4], second_[4];
};

template <class D>
void step_all(D d, const StepTable& table, std::uint64_t seed, Flock& flock) {
    const auto take = [&]<bool in_field, bool as_geant4>() {
        for_registers(d, flock.lives, [&](std::size_t at) {
            Step<D, in_field, as_geant4>(d, table, seed, flock, at).take();
        });
    };
    const bool as_geant4 = table.scattering() == Scattering::geant4;
    if (table.field())
        as_geant4 ? take.template operator()<true, true>() : take.template operator()<true, false>();
    else
        as_geant4 ? take.template operator()<false, true>() : take.template operator()<false, false>();
}

void step_in_registers(const StepTable& table, std::uint64_t seed, Flock& flock) {
    step_all(hn::CappedTag<double, Flock::places>(), table, seed, flock);
}

void step_one_by_one(const StepTable& table, std::uint64_t seed, Flock& flock) {
    step_all(hn::FixedTag<double, 1>(), table, seed, flock);
}

}  // namespace caloforge::montecarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::montecarlo {

HWY_EXPORT(step_in_registers);
HWY_EXPORT(step_one_by_one);

void step_together(const StepTable& table, std::uint64_t seed, Flock& flock, bool alone) {
    if (alone)
        HWY_DYNAMIC_DISPATCH(step_one_by_one)(table, seed, flock);
    else
        HWY_DYNAMIC_DISPATCH(step_in_registers)(table, seed, flock);
}

}  // namespace caloforge::montecarlo
#endif
