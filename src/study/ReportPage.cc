#include "study/ReportPage.hh"

#include <fmt/format.h>

#include <algorithm>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Shipped.hh"

namespace caloforge::study {
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
geometry::ReadoutGrid drawn_grid(const geometry::ReadoutGrid& grid, const geometry::Detector& detector) {
    return grid.cell_x > 0 || !grid.same_shape(detector.grid()) ? grid : detector.grid();
}

// Rings and lists of cells that are not the detector's say nothing of it: it only gave the MIP.
bool is_read_out_by(const geometry::Readout& readout, const geometry::Detector& detector) {
    return readout.grid() ||
           (readout.rings() && detector.rings() && readout.rings()->same_shape(*detector.rings()));
}

Json detector_json(const geometry::Readout& readout, const geometry::Detector& detector) {
    Json out = {{"name", is_read_out_by(readout, detector) ? detector.name() : ""},
                {"frame", readout.grid()    ? "cartesian"
                          : readout.rings() ? "cylindrical"
                                            : "listed"},
                {"mip_gev", detector.mip()}};
    if (const auto extents = readout.extents())
        out["grid"] = drawn_grid(*extents, detector).json();
    else
        out["layers"] = readout.json().at("layers");
    return out;
}

// The third sample's curves beside those of the two, where all have the same bins.
void add_other(Json& page, const validate::Drawing& drawing, const std::vector<validate::Drawing>& others) {
    for (const validate::Drawing& other : others) {
        if (other.name == drawing.name && other.range == drawing.range && other.edges == drawing.edges)
            page["other"] = other.candidate.json();
    }
}

Json notices_of(const ReportContent& content) {
    std::vector<std::string> out = content.comparison->notices();
    for (const std::string& text : content.other ? content.other->notices() : std::vector<std::string>{}) {
        if (std::ranges::find(out, text) == out.end()) out.push_back(text);
    }
    return out;
}

}  // namespace

Json report_data(const ReportContent& content) {
    const validate::Comparison& comparison = *content.comparison;
    const std::string& field = comparison.binning().field;
    Json profiles = Json::array();
    for (const validate::Drawing& drawing : comparison.drawings()) {
        profiles.push_back(drawing.json(field));
        if (content.other) add_other(profiles.back(), drawing, content.other->drawings());
    }
    Json correlations = Json::array();
    for (const validate::CorrelationDrawing& one : comparison.correlations())
        correlations.push_back(one.json(field));
    Json classifiers = Json::array();
    for (const TrainedClassifier& one : content.classifiers) classifiers.push_back(one.json());
    Json metrics = comparison.json();
    Json gates = Json::array();
    for (const validate::GateResult& gate : content.gates) gates.push_back(gate.json(field));
    return {{"title", content.title},
            {"detector", detector_json(content.readout, *content.detector)},
            {"binning", metrics.at("binning")},
            {"slicings", metrics.value("slicings", Json::array())},
            {"notices", notices_of(content)},
            {"reference", metrics.at("reference")},
            {"candidate", metrics.at("candidate")},
            {"model", content.model},
            {"verdict", content.verdict.json()},
            {"metrics", std::move(metrics.at("metrics"))},
            {"other", content.other ? content.other->json().at("candidate") : Json()},
            {"profiles", std::move(profiles)},
            {"correlations", std::move(correlations)},
            {"classifiers", std::move(classifiers)},
            {"gates", std::move(gates)},
            {"events", content.events},
            {"timings", content.timings},
            {"notes", content.notes},
            {"provenance", content.provenance}};
}

validate::FigureContent figure_content(const ReportContent& content) {
    const validate::Comparison& comparison = *content.comparison;
    validate::FigureContent out;
    out.reference_name = comparison.reference_name();
    out.candidate_name = comparison.candidate_name();
    out.binning = comparison.binning();
    out.samples = comparison.word().many;
    out.slicings = comparison.slicings();
    for (const validate::Metric& metric : comparison.metrics())
        out.counts.push_back({metric.range, metric.n_reference, metric.n_candidate});
    out.drawings = comparison.drawings();
    out.correlations = comparison.correlations();
    for (const TrainedClassifier& one : content.classifiers) out.classifiers.push_back(one.drawing());
    return out;
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
                     page.replace(place, token.size(), escape_for_script(core::to_text(data))));
    return true;
}

}  // namespace caloforge::study
