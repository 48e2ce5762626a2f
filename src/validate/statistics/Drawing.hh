#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "validate/statistics/RocCurve.hh"
#include "validate/statistics/Series.hh"

namespace caloforge::validate {

/// What is drawn of two sets in one range of the binning variable: values on bins, with errors of one
/// standard deviation (jackknife over sub-samples).
struct Drawing {
    std::string name;   ///< "longitudinal_profile"
    std::string title;  ///< in words; empty: the name
    std::string group;  ///< the heading under which a page shows it
    std::string x_label;
    std::string y_label;
    bool log_y = false;
    std::string range;          ///< "10:500"
    std::vector<double> edges;  ///< n + 1, ascending
    Series reference;
    Series candidate;

    /// {"name", "title"?, "group", "x_label", "y_label", "log_y", field: range, "edges": [n + 1],
    /// "reference":
    /// {"y": [n], "error": [n]}, "candidate": {...}}
    core::Json json(const std::string& field) const;
};

/// Correlations of F columns in one range.
struct CorrelationDrawing {
    std::string range;
    std::vector<std::string> names;              ///< F
    std::vector<std::vector<double>> reference;  ///< (F, F); NaN: undefined
    std::vector<std::vector<double>> candidate;

    /// {field: range, "names": [F], "reference": [[F]], "candidate": [[F]]}, with null for undefined.
    core::Json json(const std::string& field) const;
};

/// How well a classifier did that learned from fewer samples.
struct LearningPoint {
    std::size_t samples = 0;  ///< of each set
    double auc = 0;
    double uncertainty = 0;
};

/// What is drawn of a classifier.
struct ClassifierDrawing {
    std::string name;  ///< of its metric: "auc_cells"
    std::optional<double> auc;
    std::optional<double> uncertainty;
    std::vector<LearningPoint> learning_curve;  ///< ascending
    RocCurve roc;
};

}  // namespace caloforge::validate
