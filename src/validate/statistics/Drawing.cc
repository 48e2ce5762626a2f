#include "validate/statistics/Drawing.hh"

#include <algorithm>
#include <cmath>

#include "validate/statistics/Slicing.hh"

namespace caloforge::validate {
namespace {

core::Json numbers(const std::vector<double>& values) {
    core::Json out = core::Json::array();
    for (const double value : values) out.push_back(std::isfinite(value) ? core::Json(value) : core::Json());
    return out;
}

core::Json rows(const std::vector<std::vector<double>>& matrix) {
    core::Json out = core::Json::array();
    for (const std::vector<double>& row : matrix) out.push_back(numbers(row));
    return out;
}

}  // namespace

bool Series::has_entries() const {
    return std::any_of(y.begin(), y.end(), [](double value) { return !std::isnan(value) && value != 0; });
}

core::Json Series::json() const {
    core::Json out = core::Json::object();
    out["y"] = numbers(y);
    out["error"] = numbers(error);
    return out;
}

core::Json Drawing::json(const std::string& field) const {
    core::Json out = core::Json::object();
    out["name"] = name;
    if (!title.empty()) out["title"] = title;
    out["group"] = group;
    out["x_label"] = x_label;
    out["y_label"] = y_label;
    out["log_y"] = log_y;
    put_range(out, field, range);
    out["edges"] = edges;
    out["reference"] = reference.json();
    out["candidate"] = candidate.json();
    return out;
}

core::Json CorrelationDrawing::json(const std::string& field) const {
    core::Json out = core::Json::object();
    put_range(out, field, range);
    out["names"] = names;
    out["reference"] = rows(reference);
    out["candidate"] = rows(candidate);
    return out;
}

}  // namespace caloforge::validate
