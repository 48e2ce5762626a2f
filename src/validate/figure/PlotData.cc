#include "validate/figure/PlotData.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/Error.hh"

namespace caloforge::validate::figure {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double largest = 1e100;

const core::Json& member(const core::Json& json, const char* name) {
    static const core::Json nothing;
    if (!json.is_object()) return nothing;
    const auto found = json.find(name);
    return found == json.end() ? nothing : *found;
}

std::string text(const core::Json& json) {
    return json.is_string() ? json.get<std::string>() : std::string();
}

double number(const core::Json& json) {
    const double value = json.is_number() ? json.get<double>() : missing;
    if (!(std::abs(value) < largest)) return missing;
    return std::abs(value) < 1 / largest ? 0 : value;
}

std::optional<double> optional_number(const core::Json& json) {
    const double value = number(json);
    return std::isnan(value) ? std::nullopt : std::optional(value);
}

std::vector<double> numbers(const core::Json& json) {
    std::vector<double> out;
    if (json.is_array()) std::transform(json.begin(), json.end(), std::back_inserter(out), number);
    return out;
}

std::vector<double> read_edges(const core::Json& json) {
    const std::vector<double> edges = numbers(json);
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (std::isnan(edges[i]) || (i > 0 && !(edges[i] > edges[i - 1]))) return {};
    }
    return edges.size() < 2 ? std::vector<double>{} : edges;
}

Series read_series(const core::Json& json, std::size_t bins) {
    Series series{numbers(member(json, "y")), numbers(member(json, "error"))};
    series.y.resize(bins, missing);
    series.error.resize(bins, 0);
    for (double& error : series.error) error = std::isnan(error) ? 0 : std::abs(error);
    return series;
}

ProfileData read_profile(const core::Json& json) {
    ProfileData out;
    out.name = text(member(json, "name"));
    if (out.name.empty()) {
        throw core::InputError(
            "cannot draw a distribution (it has no name). Was the drawing made by another "
            "version?");
    }
    out.title = text(member(json, "title"));
    out.x_label = text(member(json, "x_label"));
    out.y_label = text(member(json, "y_label"));
    out.energy = text(member(json, "energy"));
    out.log_y = member(json, "log_y") == true;
    out.edges = read_edges(member(json, "edges"));
    const std::size_t bins = out.edges.empty() ? 0 : out.edges.size() - 1;
    out.reference = read_series(member(json, "reference"), bins);
    out.candidate = read_series(member(json, "candidate"), bins);
    return out;
}

std::vector<std::vector<double>> read_matrix(const core::Json& json, std::size_t size) {
    std::vector<std::vector<double>> out;
    if (json.is_array()) std::transform(json.begin(), json.end(), std::back_inserter(out), numbers);
    out.resize(size);
    for (std::vector<double>& row : out) row.resize(size, missing);
    return out;
}

std::optional<std::size_t> count(const core::Json& json) {
    return json.is_number_unsigned() || (json.is_number_integer() && json.get<std::int64_t>() >= 0)
               ? std::optional(json.get<std::size_t>())
               : std::nullopt;
}

SetLabel read_label(const core::Json& drawing, const char* set) {
    const core::Json& about = member(drawing, set);
    const std::string name = text(about.is_string() ? about : member(about, "name"));
    return {name.empty() ? set : name, std::nullopt};
}

}  // namespace

bool Series::has_entries() const {
    return std::any_of(y.begin(), y.end(), [](double value) { return !std::isnan(value) && value != 0; });
}

std::vector<ProfileFamily> read_profiles(const core::Json& drawing) {
    std::vector<ProfileFamily> families;
    for (const core::Json& json : member(drawing, "profiles")) {
        ProfileData profile = read_profile(json);
        auto family = std::find_if(families.begin(), families.end(),
                                   [&](const ProfileFamily& one) { return one.name == profile.name; });
        if (family == families.end()) family = families.insert(family, {profile.name, {}});
        family->pages.push_back(std::move(profile));
    }
    return families;
}

std::vector<CorrelationData> read_correlations(const core::Json& drawing) {
    std::vector<CorrelationData> out;
    for (const core::Json& json : member(drawing, "correlations")) {
        CorrelationData one;
        one.energy = text(member(json, "energy"));
        for (const core::Json& name : member(json, "names")) one.names.push_back(text(name));
        one.reference = read_matrix(member(json, "reference"), one.names.size());
        one.candidate = read_matrix(member(json, "candidate"), one.names.size());
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<ClassifierData> read_classifiers(const core::Json& drawing) {
    std::vector<ClassifierData> out;
    for (const core::Json& json : member(drawing, "classifiers")) {
        ClassifierData one;
        one.name = text(member(json, "name"));
        one.auc = optional_number(member(json, "auc"));
        one.uncertainty = optional_number(member(json, "uncertainty"));
        for (const core::Json& step : member(json, "curve")) {
            const double showers = number(member(step, "showers"));
            const double auc = number(member(step, "auc"));
            const double error = optional_number(member(step, "uncertainty")).value_or(0);
            if (showers > 0 && !std::isnan(auc)) one.curve.push_back({showers, auc, std::abs(error)});
        }
        std::stable_sort(one.curve.begin(), one.curve.end(),
                         [](const LearningStep& a, const LearningStep& b) { return a.showers < b.showers; });
        for (const core::Json& point : member(json, "roc")) {
            const std::vector<double> pair = numbers(point);
            if (pair.size() == 2 && !std::isnan(pair[0]) && !std::isnan(pair[1]))
                one.roc.push_back({pair[0], pair[1]});
        }
        out.push_back(std::move(one));
    }
    return out;
}

SetLabels read_labels(const core::Json& drawing, const std::string& energy) {
    SetLabels out{read_label(drawing, "reference"), read_label(drawing, "candidate")};
    for (const core::Json& metric : member(drawing, "metrics")) {
        if (text(member(metric, "energy")) != energy) continue;
        out.reference.showers = count(member(metric, "n_reference"));
        out.candidate.showers = count(member(metric, "n_candidate"));
        if (out.reference.showers && out.candidate.showers) break;
    }
    return out;
}

}  // namespace caloforge::validate::figure
