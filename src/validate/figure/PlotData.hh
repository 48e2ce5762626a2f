#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/Json.hh"

namespace caloforge::validate::figure {

/// Values on n bins with their standard deviations. NaN: there is none.
struct Series {
    std::vector<double> y;
    std::vector<double> error;
    /// A value other than zero.
    bool has_entries() const;
};

/// One distribution in one range of the incident energy.
struct ProfileData {
    std::string name;
    std::string title;
    std::string x_label;
    std::string y_label;
    std::string energy;  ///< "10:500", GeV
    bool log_y = false;
    std::vector<double> edges;  ///< n + 1, ascending; empty where they cannot be used
    Series reference;
    Series candidate;
};

/// One name in all its ranges, in the order given: one file.
struct ProfileFamily {
    std::string name;
    std::vector<ProfileData> pages;
};

struct CorrelationData {
    std::string energy;
    std::vector<std::string> names;              ///< F
    std::vector<std::vector<double>> reference;  ///< (F, F); NaN: undefined
    std::vector<std::vector<double>> candidate;
};

struct LearningStep {
    double showers = 0;  ///< positive
    double auc = 0;
    double error = 0;
};

struct RocPoint {
    double false_positives = 0;
    double true_positives = 0;
};

struct ClassifierData {
    std::string name;
    std::optional<double> auc;
    std::optional<double> uncertainty;
    std::vector<LearningStep> curve;
    std::vector<RocPoint> roc;
};

/// What a set is called, and how many of its showers a figure shows, where that is known.
struct SetLabel {
    std::string name;
    std::optional<std::size_t> showers;
};

struct SetLabels {
    SetLabel reference;
    SetLabel candidate;
};

// Members that are absent, null or of the wrong type count as empty; values that are not finite, or beyond
// all physics (1e100), count as missing. A profile without a name throws InputError.
std::vector<ProfileFamily> read_profiles(const core::Json& drawing);
std::vector<CorrelationData> read_correlations(const core::Json& drawing);
std::vector<ClassifierData> read_classifiers(const core::Json& drawing);

/// Names from drawing["reference"]["name"] (or the text drawing["reference"]) and so on; numbers of showers
/// from the first of drawing["metrics"] with the same energy that holds "n_reference" and "n_candidate".
SetLabels read_labels(const core::Json& drawing, const std::string& energy);

}  // namespace caloforge::validate::figure
