#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "validate/statistics/Drawing.hh"
#include "validate/statistics/Metric.hh"

namespace caloforge::validate {

/// What a comparison means for who wants to use the candidate, in words.
struct Verdict {
    enum class State {
        good,  ///< within its limit with all of two standard deviations
        bad,   ///< beyond it by more than two standard deviations, and beyond what chance makes of it
        open   ///< the showers do not suffice to tell, or it was not measured
    };
    struct Point {
        State state = State::open;
        std::string text;
    };
    std::string headline;
    std::vector<Point> points;
    /// The worst disagreements, the worst first: at most three, of those that chance does not explain.
    std::vector<std::string> worst;

    /// {"headline", "worst": [text], "points": [{"state": "good" | "bad" | "open", "text"}]}
    core::Json json() const;
    /// For the terminal.
    std::string text() const;
};

/// Of what a detector group asks of a fast simulation: energy response, resolution, longitudinal and
/// transverse shape, cell energies, correlations, classifiers, each in every range of the incident energy.
/// The limits are in doc/validation.md. `metrics` with the whole compared range first; `drawings` serve to
/// say where a profile is off.
Verdict give_verdict(std::span<const Metric> metrics, std::span<const Drawing> drawings,
                     const std::string& candidate);

/// A verdict that tells nothing, and why: of a set compared with itself, say.
Verdict withheld_verdict(const std::string& candidate, const std::string& reason);

}  // namespace caloforge::validate
