#include "ReportPage.hh"

#include <fmt/format.h>

#include <algorithm>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Shipped.hh"

namespace caloforge::app {
namespace {

using core::Json;

// "</script>" or "<!--" inside a text would end or hide the data element: every "<" of the JSON is written
// as an escape.
std::string escape_for_script(const std::string& json) {
    std::string out;
    out.reserve(json.size());
    for (const char c : json) c == '<' ? out.append("\\u003c") : out.append(1, c);
    return out;
}

// Most files hold no cell sizes; the detector's are good when its grid fits.
geometry::ReadoutGrid drawn_grid(const validate::Comparison& comparison, const geometry::Detector& detector) {
    const geometry::ReadoutGrid& grid = comparison.grid();
    return grid.cell_x > 0 || !grid.same_shape(detector.grid()) ? grid : detector.grid();
}

// The third sample's curves beside those of the two, where all have the same bins.
void add_other(Json& profiles, const Json& others) {
    for (Json& profile : profiles) {
        for (const Json& other : others) {
            if (other.at("name") == profile.at("name") && other.at("energy") == profile.at("energy") &&
                other.at("edges") == profile.at("edges"))
                profile["other"] = other.at("candidate");
        }
    }
}

}  // namespace

Json report_data(const ReportContent& content) {
    const validate::Comparison& comparison = *content.comparison;
    Json profiles = comparison.page_profiles();
    Json other;
    if (content.other) {
        other = content.other->json().at("candidate");
        add_other(profiles, content.other->page_profiles());
    }
    Json metrics = comparison.json();
    Json gates = Json::array();
    for (const validate::GateResult& gate : content.gates) gates.push_back(gate.json());
    return {{"title", content.title},
            {"detector",
             {{"name", content.detector->name()},
              {"grid", drawn_grid(comparison, *content.detector).json()},
              {"frame", comparison.cylindrical() ? "cylindrical" : "cartesian"},
              {"mip_gev", content.detector->mip()}}},
            {"reference", metrics.at("reference")},
            {"candidate", metrics.at("candidate")},
            {"model", content.model},
            {"verdict", content.verdict.json()},
            {"metrics", std::move(metrics.at("metrics"))},
            {"other", std::move(other)},
            {"profiles", std::move(profiles)},
            {"correlations", comparison.page_correlations()},
            {"classifiers", content.classifiers},
            {"gates", std::move(gates)},
            {"events", content.events},
            {"timings", content.timings},
            {"notes", content.notes},
            {"provenance", content.provenance}};
}

std::string display_note() {
    return fmt::format("Cells below {} MIP are not drawn.", display_threshold_mip);
}

bool write_page(const std::filesystem::path& folder, const Json& data) {
    const core::ShippedKind kind{"page", "web", ".html"};
    const auto shipped = core::shipped_names(kind);
    if (std::find(shipped.begin(), shipped.end(), "report") == shipped.end()) {
        core::warning("no report.html (Caloforge was built without Node.js, which makes the page)");
        return false;
    }
    std::string page = core::read_text(core::find_shipped(kind, "report"));
    const std::string token = "\"@CALOFORGE_DATA@\"";
    const auto place = page.find(token);
    if (place == std::string::npos)
        throw core::InputError("the page's template lacks " + token + ". Is the installation whole?");
    core::write_text(folder / "report.html",
                     page.replace(place, token.size(), escape_for_script(data.dump())));
    return true;
}

}  // namespace caloforge::app
