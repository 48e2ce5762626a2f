#include "validate/shower/Verdict.hh"

#include <fmt/format.h>

#include <algorithm>

#include "validate/shower/Disagreements.hh"
#include "validate/shower/ProfileFaults.hh"
#include "validate/shower/RangeInWords.hh"
#include "validate/statistics/Slicing.hh"

namespace caloforge::validate {
namespace {

using State = Verdict::State;

// What the candidate may be used for when all its metrics keep their limits. The limits are those that a
// detector group would ask of a generator; they are opinions, so all stand here together.
struct Use {
    const char* what;     ///< "usable for ..."
    const char* subject;  ///< of the sentence about it
    const char* metric;
    double limit;                   ///< of the distance from the ideal
    const char* profile;            ///< that says where it is off; or null
    const char* instead = nullptr;  ///< the same where cells are rings
};

constexpr Use uses[] = {
    {"the energy scale", "the mean deposited energy", "sampling_fraction_mean_rel", 0.01, nullptr},
    {"the energy resolution", "the width of the deposited energy", "sampling_fraction_width_rel", 0.05,
     nullptr},
    {"longitudinal shapes", "the longitudinal profile", "longitudinal_profile_max_rel", 0.03,
     "longitudinal_profile"},
    {"transverse shapes", "the transverse profile", "transverse_profile_max_rel", 0.05,
     "transverse_profile_x", "radial_profile"},
    {"cell energies", "the spectrum of cell energies", "cell_spectrum_separation", 2e-3, nullptr},
    {"multivariate analyses", "the mean difference of correlations at equal conditions",
     "correlation_residual_mad", 0.05, nullptr},
    {"training classifiers on observables", "a classifier on observables", "auc_observables", 0.2, nullptr},
    {"training classifiers on cells", "a classifier on cells", "auc_cells", 0.35, nullptr},
};

State state_of(const Metric& metric, const Use& use) {
    if (!metric.value || !metric.uncertainty) return State::open;
    const double slack = 2 * *metric.uncertainty;
    const double size = metric.distance();
    // The largest of many deviations, and every distance, is as large as its floor by chance alone.
    const double chance = metric.floor_distance();
    if (size > use.limit + slack && size > chance + slack) return State::bad;
    // What is fine only because so little is known is not fine: the whole interval lies within the limit.
    return size + slack <= use.limit && chance <= use.limit ? State::good : State::open;
}

std::string shown(double value, const Metric& metric) {
    if (metric.display == Display::percent) return fmt::format("{:+.3g} %", 100 * value);
    return fmt::format("{:.3g}", value);
}

std::string with_uncertainty(const Metric& metric) {
    const std::string value = shown(*metric.value, metric);
    if (!metric.uncertainty) return value;
    return value + " ± " +
           (metric.display == Display::percent ? fmt::format("{:.2g} %", 100 * *metric.uncertainty)
                                               : fmt::format("{:.2g}", *metric.uncertainty));
}

std::string join(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
        text += parts[i];
    }
    return text;
}

// What is known where the showers do not suffice to tell.
std::string bound_of(const Metric* over_all) {
    if (!over_all || !over_all->value || !over_all->uncertainty) return "cannot be told";
    const Metric& metric = *over_all;
    const double bound = metric.distance() + 2 * *metric.uncertainty;
    const std::string text = metric.ideal != 0 ? fmt::format("AUC not above {:.2f}", metric.ideal + bound)
                             : metric.display == Display::percent
                                 ? fmt::format("not off by more than {:.2g} %", 100 * bound)
                                 : fmt::format("not off by more than {:.2g}", bound);
    return text + " over all energies (95 %), more showers would tell";
}

struct Finding {
    State state = State::open;
    std::string text;
    double excess = 0;  ///< of the worst range, in units of the limit
    std::string where;  ///< "off by +12 % in layers 1–3 at 10–20 GeV"
};

Finding find_for(const Use& use, std::span<const Metric> metrics, std::span<const Drawing> drawings,
                 const std::string& whole) {
    const Metric* worst = nullptr;
    const Metric* over_all = nullptr;
    State whole_state = State::open;
    bool any_bad = false;
    std::vector<std::string> untold, untold_slices;
    std::string reason = "it was not measured";
    for (const Metric& metric : metrics) {
        if (metric.name != use.metric) continue;
        const State state = state_of(metric, use);
        if (metric.range == whole) {
            whole_state = state;
            over_all = &metric;
        }
        any_bad = any_bad || state == State::bad;
        if (state == State::open && metric.range != whole)
            (parts_of(metric.range).slicing.empty() ? untold : untold_slices).push_back(metric.range);
        if (!metric.value) {
            if (!metric.reason.empty()) reason = metric.reason;
            continue;
        }
        const bool worse_state = worst && state == State::bad && state_of(*worst, use) != State::bad;
        const bool same_state = worst && (state == State::bad) == (state_of(*worst, use) == State::bad);
        if (!worst || worse_state || (same_state && metric.distance() > worst->distance())) worst = &metric;
    }
    Finding out;
    out.state = any_bad ? State::bad : whole_state;
    if (!worst) {
        out.text = fmt::format("{}: cannot be told ({})", use.what, reason);
        return out;
    }
    out.excess = worst->distance() / use.limit;
    std::string place;
    for (const char* profile : {use.profile, use.instead}) {
        if (profile && place.empty() && out.state == State::bad)
            place = where_off(drawings, profile, worst->range, use.limit);
    }
    const std::string range = range_in_words(worst->range, whole);
    const std::string limit = worst->display == Display::percent
                                  ? fmt::format("{:g} %", 100 * use.limit)
                                  : fmt::format("{:g}", worst->ideal + use.limit);
    out.where = fmt::format("{} is off by {}{} {}", use.subject, shown(*worst->value, *worst),
                            place.empty() ? "" : " in " + place, range);
    if (worst->ideal != 0)
        out.where = fmt::format("{} tells the sets apart with AUC {:.2f}", use.subject, *worst->value);
    const std::string verdict = out.state == State::bad    ? "not usable"
                                : out.state == State::good ? "usable"
                                                           : bound_of(over_all);
    out.text = fmt::format("{}: {} ({}, at worst {} {}{}; limit {})", use.what, verdict, use.metric,
                           with_uncertainty(*worst), range, place.empty() ? "" : ", " + place, limit);
    if (out.state != State::bad && whole_state == State::good) {
        if (!untold.empty()) out.text += fmt::format("; too few showers to tell at {} GeV", join(untold));
        if (!untold_slices.empty()) out.text += fmt::format("; too few to tell at {}", join(untold_slices));
    }
    return out;
}

const char* name_of(State state) {
    switch (state) {
        case State::good:
            return "good";
        case State::bad:
            return "bad";
        case State::open:
            break;
    }
    return "open";
}

}  // namespace

core::Json Verdict::json() const {
    core::Json list = core::Json::array();
    for (const Point& point : points) list.push_back({{"state", name_of(point.state)}, {"text", point.text}});
    return {{"headline", headline}, {"worst", worst}, {"points", list}};
}

std::string Verdict::text() const {
    std::string out = headline + "\n";
    for (const std::string& text : worst) out += fmt::format("  ! {}\n", text);
    for (const Point& point : points) {
        const char* mark = point.state == State::good ? "+" : point.state == State::bad ? "-" : "?";
        out += fmt::format("  {} {}\n", mark, point.text);
    }
    return out;
}

Verdict give_verdict(std::span<const Metric> metrics, std::span<const Drawing> drawings,
                     const std::string& candidate) {
    Verdict verdict;
    const std::string whole = metrics.empty() ? "" : metrics.front().range;
    std::vector<std::string> usable;
    Finding worst;
    for (const Use& use : uses) {
        Finding found = find_for(use, metrics, drawings, whole);
        if (found.state == State::good) usable.push_back(use.what);
        if (found.state == State::bad && found.excess > worst.excess) worst = found;
        verdict.points.push_back({found.state, found.text});
    }
    if (usable.empty() && !worst.where.empty())
        verdict.headline = fmt::format("{}: not usable for anything that was asked", candidate);
    else if (usable.empty())
        verdict.headline = fmt::format("{}: the showers do not suffice to tell", candidate);
    else
        verdict.headline = fmt::format("{}: usable for {}", candidate, join(usable));
    if (!worst.where.empty()) verdict.headline += "; " + worst.where;
    verdict.headline += ".";
    verdict.worst = worst_disagreements(metrics, whole);
    return verdict;
}

Verdict withheld_verdict(const std::string& candidate, const std::string& reason) {
    Verdict verdict{fmt::format("{}: nothing can be told ({}).", candidate, reason), {}, {}};
    for (const Use& use : uses)
        verdict.points.push_back({State::open, fmt::format("{}: cannot be told ({})", use.what, reason)});
    return verdict;
}

}  // namespace caloforge::validate
