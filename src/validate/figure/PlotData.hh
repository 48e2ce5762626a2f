#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "validate/statistics/Bins.hh"
#include "validate/statistics/Drawing.hh"
#include "validate/statistics/Slicing.hh"

namespace caloforge::validate::figure {

/// One name in all its ranges, in the order given: one file.
struct Family {
    std::string name;
    std::vector<Drawing> pages;
};

/// What a set is called, and how many of its samples a figure shows, where that is known.
struct SetLabel {
    std::string name;
    std::optional<std::size_t> samples;
};

/// What all figures of a comparison say alike.
struct SetLabels {
    SetLabel reference;
    SetLabel candidate;
    Binning binning;
    std::string samples = "samples";  ///< what they are called
    std::vector<Slicing> slicings = {};
};

/// As given, but fit to be drawn: values that are not finite, or beyond all physics (1e100), count as
/// missing; edges that cannot be used, and all bins with them, are left out. A drawing without a name throws
/// InputError.
Drawing plottable(Drawing drawing);
CorrelationDrawing plottable(CorrelationDrawing drawing);
ClassifierDrawing plottable(ClassifierDrawing drawing);

/// plottable() drawings by name.
std::vector<Family> families(const std::vector<Drawing>& drawings);

}  // namespace caloforge::validate::figure
