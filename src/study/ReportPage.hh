#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "geometry/Detector.hh"
#include "study/TrainedClassifier.hh"
#include "validate/Comparison.hh"
#include "validate/Gates.hh"
#include "validate/figure/Figures.hh"
#include "validate/shower/Verdict.hh"

namespace caloforge::study {

/// What a report shows, in the members that web/README.md describes.
struct ReportContent {
    std::string title;
    const geometry::Detector* detector = nullptr;
    geometry::Readout readout;  ///< of the showers
    const validate::Comparison* comparison = nullptr;
    /// Of a third sample with the same reference, to be shown beside the two; null for none.
    const validate::Comparison* other = nullptr;
    validate::Verdict verdict;
    std::vector<validate::GateResult> gates;
    std::vector<TrainedClassifier> classifiers;
    core::Json events = core::Json::array();
    core::Json timings = core::Json::array();
    core::Json notes = core::Json::array();
    core::Json provenance = core::Json::object();
    core::Json model;  ///< null when the candidate's model is not known
};

/// The data of the page, and what its figures for publication show.
core::Json report_data(const ReportContent& content);
validate::FigureContent figure_content(const ReportContent& content);

/// Cells below this are not drawn in the event display.
inline constexpr double display_threshold_mip = 0.1;
/// The sentence about it that a page shows.
std::string display_note();

/// Writes `folder`/report.html, the page with `data` put in: one self-contained file. False, after a warning,
/// when Caloforge was built without Node.js, which makes the page's template.
bool write_page(const std::filesystem::path& folder, const core::Json& data);

}  // namespace caloforge::study
