#pragma once

#include <filesystem>
#include <vector>

#include "core/Json.hh"

namespace caloforge::validate {

/// Draws the figures of a comparison as PDF, vectors and text only, for publication (doc/validation.md).
/// `drawing` is what the report page draws, with the members "reference" and "candidate" ({"name"}),
/// "profiles" (Profiles.hh), "correlations" (EventCorrelations.hh), "classifiers" ([{"name", "auc",
/// "uncertainty", "curve":
/// [{"showers", "auc", "uncertainty"}], "roc": [[false positives, true positives]]}]) and "metrics", which
/// gives the numbers of showers; each may be absent or empty.
///
/// Writes into `folder`, which is made if it is missing, and gives the paths written: one file for every name
/// among the profiles, a page per energy range in the order given; correlations.pdf, a page per range;
/// classifiers.pdf, ROC and learning curves. Equal drawings give equal bytes (with one version of cairo and
/// one font). All is drawn before anything is written, and each file appears whole or not at all. Throws
/// InputError for a profile without a name, RunError when drawing or writing fails.
std::vector<std::filesystem::path> write_figures(const core::Json& drawing,
                                                 const std::filesystem::path& folder);

}  // namespace caloforge::validate
