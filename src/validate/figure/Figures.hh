#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "validate/statistics/Bins.hh"
#include "validate/statistics/Drawing.hh"
#include "validate/statistics/Slicing.hh"

namespace caloforge::validate {

/// Samples of both sets in one range.
struct RangeCounts {
    std::string range;
    std::size_t reference = 0;
    std::size_t candidate = 0;
};

/// What the figures of a comparison show.
struct FigureContent {
    std::string reference_name = "reference";
    std::string candidate_name = "candidate";
    Binning binning;
    std::string samples = "samples";  ///< what they are called
    std::vector<Slicing> slicings;    ///< of whose slices there are pages, too
    std::vector<RangeCounts> counts;
    std::vector<Drawing> drawings;
    std::vector<CorrelationDrawing> correlations;
    std::vector<ClassifierDrawing> classifiers;
};

/// Draws a comparison as PDF, vectors and text only, for publication (doc/validation.md).
///
/// Writes into `folder`, which is made if it is missing, and gives the paths written: one file for every name
/// among the drawings, a page per range in the order given; correlations.pdf, a page per range;
/// classifiers.pdf, ROC and learning curves. Equal content gives equal bytes (with one version of cairo and
/// one font). All is drawn before anything is written, and each file appears whole or not at all. Throws
/// InputError for a drawing without a name, RunError when drawing or writing fails.
std::vector<std::filesystem::path> write_figures(const FigureContent& content,
                                                 const std::filesystem::path& folder);

}  // namespace caloforge::validate
