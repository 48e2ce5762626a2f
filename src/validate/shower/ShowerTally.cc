#include "validate/shower/ShowerTally.hh"

#include <fmt/format.h>

#include "validate/shower/Measurement.hh"
#include "validate/shower/Profiles.hh"
#include "validate/statistics/UnitCheck.hh"

namespace caloforge::validate {
namespace {

// Tallies of one comparison are of one kind.
const ShowerTally& of_showers(const Tally& tally) {
    return dynamic_cast<const ShowerTally&>(tally);
}

}  // namespace

ShowerTally::ShowerTally(const EventObservables& observables, const Bins& bins, std::vector<Slicing> slicings)
    : observables_(&observables),
      bins_(bins),
      slicings_(std::move(slicings)),
      sums_(observables.observer(), bins.slots()) {
    for (const Slicing& slicing : slicings_)
        slice_sums_.emplace_back(observables.observer(), slicing.slices.size());
}

void ShowerTally::take(const sample::Row& sample, std::size_t sub_sample, std::span<float> row) {
    const ShowerObserver& observer = observables_->observer();
    thread_local ShowerObservables shower;  // keeps its arrays
    observer.observe(sample, shower);
    if (const auto slot = bins_.slot(shower.incident)) {
        sums_.add(*slot, sub_sample, observer, shower);
        for (std::size_t s = 0; s < slicings_.size(); ++s) {
            const float value = sample[slicings_[s].field][slicings_[s].element];
            if (const auto slice = slicings_[s].slice_of(value))
                slice_sums_[s].add(*slice, sub_sample, observer, shower);
        }
    }
    observables_->fill(shower, row);
}

double ShowerTally::mean_fraction() const {
    double showers = 0, fractions = 0;
    for (const Sums& group : sums_.overall()) {
        showers += group[Scalar::showers];
        fractions += group[Scalar::fraction];
    }
    return showers > 0 ? fractions / showers : 0;
}

void ShowerTally::check(const Tally& candidate, const std::string& name,
                        const std::string& candidate_name) const {
    const double first = mean_fraction();
    const double second = of_showers(candidate).mean_fraction();
    if (!(first > 0 && second > 0) || !looks_like_units(second / first)) return;
    throw UnitError(
        fmt::format("the sampling fraction of {} is {:.3g} times that of {} (GeV taken for MeV: {} "
                    "looks like MeV read as GeV). Read that one with scale 1000?",
                    candidate_name, second / first, name, second > first ? candidate_name : name));
}

TallyComparison ShowerTally::compare(const Tally& candidate, const Portion& portion,
                                     const std::string& range) const {
    const auto compare = [&](std::span<const Sums> first, std::span<const Sums> second) {
        return TallyComparison{measure(first, second, range),
                               profiles(first, second, observables_->observer(), range)};
    };
    const ShowerTally& other = of_showers(candidate);
    if (portion.slicing) {
        return compare(slice_sums_[*portion.slicing].bin(*portion.bin),
                       other.slice_sums_[*portion.slicing].bin(*portion.bin));
    }
    if (portion.bin) return compare(sums_.bin(*portion.bin), other.sums_.bin(*portion.bin));
    return compare(sums_.overall(), other.sums_.overall());
}

core::Json ShowerTally::json() const {
    core::Json out = {{"sampling_fraction", mean_fraction()}};
    const ShowerObserver& observer = observables_->observer();
    if (observer.about_axes()) {
        out["axis"] = {{"from", observer.axis().impact ? "impact" : "middle"},
                       {"layer_depths_mm", observer.axis().depths}};
    }
    return out;
}

}  // namespace caloforge::validate
