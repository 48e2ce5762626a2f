#include "validate/ShowerConditions.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "core/Error.hh"
#include "core/Units.hh"
#include "sample/ParticleName.hh"
#include "validate/statistics/Bins.hh"

namespace caloforge::validate {
namespace {

using data::ShowerSet;

using units::degree;
/// Showers that lean over by less are perpendicular ones.
constexpr double inclined_from = 0.1;  // degrees
/// Differences of shares and means that are worth a word, beside so many standard deviations.
constexpr double noteworthy = 0.02, sigmas = 5;

bool states(const ShowerSet& set, const sample::Field& field) {
    return sample::find(set.conditions(), field.name) != nullptr;
}
bool both_state(const ShowerPair& pair, const sample::Field& field) {
    return states(pair.reference, field) && states(pair.candidate, field);
}

/// PDG codes with the number of showers.
using Particles = std::map<int, std::size_t>;

Particles particles_of(const ShowerSet& set) {
    Particles out;
    if (!states(set, sample::particle_field)) return out;
    for (const float code : set.read_condition(sample::particle_field.name)) ++out[static_cast<int>(code)];
    return out;
}

std::string in_words(const Particles& particles) {
    constexpr std::size_t most = 6;
    std::vector<std::string> names;
    for (const auto& [code, showers] : particles) {
        if (names.size() < most) names.push_back(sample::particle_name(code));
    }
    if (particles.size() > most) names.push_back("others");
    return fmt::format("{}", fmt::join(names, ", "));
}

double share(const Particles& particles, int code) {
    std::size_t all = 0;
    for (const auto& [one, showers] : particles) all += showers;
    const auto found = particles.find(code);
    return found == particles.end() ? 0 : static_cast<double>(found->second) / static_cast<double>(all);
}

ShowerSet with_particles(const ShowerSet& set, const Particles& all, const Particles& wanted) {
    if (all.size() == wanted.size()) return set;
    data::ConditionCut cut{.condition = sample::particle_field.name, .text = "the particles of both"};
    for (const auto& [code, showers] : wanted) cut.values.push_back(code);
    return set.select({cut});
}

void say_of_shares(const ShowerPair& pair, Notices& notices) {
    const Particles reference = particles_of(pair.reference), candidate = particles_of(pair.candidate);
    for (const auto& [code, showers] : reference) {
        const double one = share(reference, code), other = share(candidate, code);
        const double noise = std::sqrt(one * (1 - one) *
                                       (1 / static_cast<double>(pair.reference.size()) +
                                        1 / static_cast<double>(pair.candidate.size())));
        if (std::abs(one - other) < std::max(noteworthy, sigmas * noise)) continue;
        notices.add(fmt::format(
            "{} makes up {:.0f} % of {}, {:.0f} % of {}: trust the figures per particle rather than the "
            "overall ones",
            sample::particle_name(code), 100 * one, pair.reference_name, 100 * other, pair.candidate_name));
        return;
    }
}

void share_particles(ShowerPair& pair, Notices& notices) {
    const Particles reference = particles_of(pair.reference), candidate = particles_of(pair.candidate);
    if (reference.empty() != candidate.empty()) {
        const bool first = candidate.empty();
        const Particles& known = first ? reference : candidate;
        if (known.size() > 1) {
            notices.add(fmt::format("{} holds showers of {}; {} does not say of which particles its own are",
                                    first ? pair.reference_name : pair.candidate_name, in_words(known),
                                    first ? pair.candidate_name : pair.reference_name));
        }
        return;
    }
    Particles common;
    for (const auto& entry : reference) {
        if (candidate.contains(entry.first)) common.insert(entry);
    }
    if (reference.empty()) return;
    if (common.empty()) {
        notices.add(fmt::format("{} is of {}, {} of {}: showers of different particles differ",
                                pair.reference_name, in_words(reference), pair.candidate_name,
                                in_words(candidate)));
        return;
    }
    const std::size_t before = pair.reference.size() + pair.candidate.size();
    pair.reference = with_particles(pair.reference, reference, common);
    pair.candidate = with_particles(pair.candidate, candidate, common);
    if (const std::size_t after = pair.reference.size() + pair.candidate.size(); after < before) {
        notices.add(
            fmt::format("the particles differ ({} in {}, {} in {}): compared are showers of {}, {} of {} are "
                        "left out",
                        in_words(reference), pair.reference_name, in_words(candidate), pair.candidate_name,
                        in_words(common), before - after, before));
    }
    say_of_shares(pair, notices);
}

/// Degrees to the normal.
std::vector<double> thetas_of(const ShowerSet& set) {
    const std::vector<float> directions = set.read_condition(sample::direction_field.name);
    std::vector<double> out;
    for (std::size_t i = 0; i < directions.size(); i += 2) out.push_back(directions[i] / degree);
    return out;
}

Extent extent_of(const std::vector<double>& values) {
    const auto [low, high] = std::ranges::minmax_element(values);
    return {*low, *high, values.size()};
}

double mean_of(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

ShowerSet with_thetas(const ShowerSet& set, const Extent& extent, const Range& range) {
    if (range.holds(extent.low) && range.holds(extent.high)) return set;
    return set.select({{.condition = sample::direction_field.name,
                        .low = range.low * degree,
                        .high = range.high * degree,
                        .text = fmt::format("a theta of {} degrees", range.label())}});
}

/// Means of cos phi, sin phi, cos 2 phi and sin 2 phi over the showers that lean over, and their number.
struct PhiMoments {
    std::array<double, 4> mean{};
    double showers = 0;
};
PhiMoments phi_moments(const ShowerSet& set) {
    PhiMoments out;
    const std::vector<float> directions = set.read_condition(sample::direction_field.name);
    for (std::size_t i = 0; i < directions.size(); i += 2) {
        if (directions[i] < inclined_from * degree) continue;
        const double phi = directions[i + 1];
        const std::array<double, 4> terms = {std::cos(phi), std::sin(phi), std::cos(2 * phi),
                                             std::sin(2 * phi)};
        for (std::size_t k = 0; k < terms.size(); ++k) out.mean[k] += terms[k];
        out.showers += 1;
    }
    for (double& mean : out.mean) mean /= std::max(1.0, out.showers);
    return out;
}

void say_of_phis(const ShowerPair& pair, Notices& notices) {
    constexpr double much = 0.1;  // of a mean of cosines
    const PhiMoments one = phi_moments(pair.reference), other = phi_moments(pair.candidate);
    if (!(one.showers > 0 && other.showers > 0)) return;
    // No cosine deviates from its mean by more than 1 on the average of its square.
    const double noise = std::sqrt(1 / one.showers + 1 / other.showers);
    for (std::size_t k = 0; k < one.mean.size(); ++k) {
        if (std::abs(one.mean[k] - other.mean[k]) < std::max(much, sigmas * noise)) continue;
        notices.add(fmt::format(
            "the angles phi of {} and {} are spread otherwise: what is told of x and of y differs with them",
            pair.reference_name, pair.candidate_name));
        return;
    }
}

void share_thetas(ShowerPair& pair, Notices& notices) {
    const bool one = states(pair.reference, sample::direction_field),
               other = states(pair.candidate, sample::direction_field);
    if (one != other) {
        const Extent extent = extent_of(thetas_of(one ? pair.reference : pair.candidate));
        if (extent.high > inclined_from) {
            notices.add(fmt::format(
                "{} holds showers at {:.3g} to {:.3g} degrees to the normal; {} does not say its directions: "
                "showers of different angles differ",
                one ? pair.reference_name : pair.candidate_name, extent.low, extent.high,
                one ? pair.candidate_name : pair.reference_name));
        }
        return;
    }
    if (!one) return;
    std::vector<double> thetas = thetas_of(pair.reference), other_thetas = thetas_of(pair.candidate);
    const Extent reference = extent_of(thetas), candidate = extent_of(other_thetas);
    const auto compared = compared_range(reference, candidate, {0, 5, 10, 15, 20, 30, 45, 60, 90});
    const auto ranges = [&] {
        return fmt::format("{:.4g} to {:.4g} degrees in {}, {:.4g} to {:.4g} degrees in {}", reference.low,
                           reference.high, pair.reference_name, candidate.low, candidate.high,
                           pair.candidate_name);
    };
    // What rounding leaves of perpendicular showers is no angle.
    if (std::max(reference.high, candidate.high) < inclined_from) return;
    const auto any = [&](const std::vector<double>& of) {
        constexpr double slack = 1e-4;  // angles are float32
        const Range range{compared->range.low - slack, compared->range.high + slack};
        return std::ranges::any_of(of, [&](double theta) { return range.holds(theta); });
    };
    // A set of one angle and one of a range may overlap where no shower lies.
    if (!compared || !any(thetas) || !any(other_thetas))
        throw core::InputError(
            fmt::format("the sets share no angle theta ({}). Compare sets made alike?", ranges()));
    if (compared->restricted) {
        pair.reference = with_thetas(pair.reference, reference, compared->range);
        pair.candidate = with_thetas(pair.candidate, candidate, compared->range);
        thetas = thetas_of(pair.reference);
        other_thetas = thetas_of(pair.candidate);
        notices.add(fmt::format("the theta ranges differ ({}): compared on the overlap, {} degrees", ranges(),
                                compared->range.label()));
    }
    say_of_phis(pair, notices);
    const double first = mean_of(thetas), second = mean_of(other_thetas);
    const double noise = (compared->range.high - compared->range.low) / std::sqrt(12.0) *
                         std::sqrt(1 / static_cast<double>(pair.reference.size()) +
                                   1 / static_cast<double>(pair.candidate.size()));
    if (std::abs(first - second) < std::max(noteworthy * first, sigmas * noise)) return;
    notices.add(
        fmt::format("the mean theta differs ({:.3g} degrees in {}, {:.3g} in {}): trust the figures per "
                    "theta rather than "
                    "the overall ones",
                    first, pair.reference_name, second, pair.candidate_name));
}

/// Whether two or more slices hold showers of both.
bool tells_more(const Slicing& slicing, const ShowerPair& pair) {
    const auto seen = [&](const ShowerSet& set) {
        std::set<std::size_t> out;
        const std::vector<float> values = set.read_condition(slicing.field);
        const std::size_t width = values.size() / set.size();
        for (std::size_t i = slicing.element; i < values.size(); i += width) {
            if (const auto slice = slicing.slice_of(values[i])) out.insert(*slice);
        }
        return out;
    };
    const std::set<std::size_t> one = seen(pair.reference), other = seen(pair.candidate);
    return std::ranges::count_if(one, [&](std::size_t slice) { return other.contains(slice); }) > 1;
}

}  // namespace

ShowerPair share_conditions(ShowerPair pair, Notices& notices) {
    share_particles(pair, notices);
    share_thetas(pair, notices);
    return pair;
}

std::vector<Slicing> slicings_of(const ShowerPair& pair, const std::vector<double>& theta_edges) {
    std::vector<Slicing> out;
    if (both_state(pair, sample::direction_field)) {
        Slicing theta{.name = "theta",
                      .field = sample::direction_field.name,
                      .scale = 1 / degree,
                      .unit = "°",
                      .slices = {}};
        // Bins states what edges have to be.
        const Bins bins({.field = "theta", .unit = "degrees", .edges = theta_edges}, {0, 180});
        for (std::size_t i = 0; i < bins.size(); ++i)
            theta.slices.push_back({bins.label(i), theta_edges[i], theta_edges[i + 1]});
        if (tells_more(theta, pair)) out.push_back(std::move(theta));
    }
    if (both_state(pair, sample::particle_field)) {
        Slicing particle{.name = "particle", .field = sample::particle_field.name, .unit = "", .slices = {}};
        const Particles candidate = particles_of(pair.candidate);
        for (const auto& [code, showers] : particles_of(pair.reference)) {
            const double value = code;
            if (candidate.contains(code))
                particle.slices.push_back({sample::particle_name(code), value, value});
        }
        constexpr std::size_t most = 32;  // more are no particles
        if (particle.slices.size() > 1 && particle.slices.size() <= most) out.push_back(std::move(particle));
    }
    return out;
}

AxisChoice axis_of(const ShowerPair& pair, const geometry::Detector* detector, const data::ShowerSet* other,
                   Notices& notices) {
    if (!both_state(pair, sample::direction_field)) return {};
    const double steepest =
        std::max(extent_of(thetas_of(pair.reference)).high, extent_of(thetas_of(pair.candidate)).high);
    const geometry::ReadoutGrid* grid = pair.reference.readout().grid();
    // Cells in rings are those around the particle's axis.
    if (steepest < inclined_from || !grid) return {};
    std::string problem;
    if (!detector || detector->grid().nz != grid->nz)
        problem = "the detector does not know how deep their layers lie";
    else if (!(grid->cell_x > 0 && grid->cell_y > 0) && !grid->same_shape(detector->grid()))
        problem = "nobody says how large their cells are";
    else if (other && !states(*other, sample::direction_field))
        problem = "the training showers do not say their directions";
    if (!problem.empty()) {
        notices.add(
            fmt::format("showers are inclined by up to {:.3g} degrees, and {}: profiles, centres and widths "
                        "are those about "
                        "the middle of the window",
                        steepest, problem));
        return {};
    }
    AxisChoice out;
    for (std::size_t z = 0; z < grid->nz; ++z) out.depths.push_back(detector->layer_centre(z));
    out.impact = both_state(pair, sample::impact_field) && (!other || states(*other, sample::impact_field));
    return out;
}

}  // namespace caloforge::validate
