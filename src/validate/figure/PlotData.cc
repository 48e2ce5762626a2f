#include "validate/figure/PlotData.hh"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/Error.hh"

namespace caloforge::validate::figure {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double largest = 1e100;

double sober(double value) {
    if (!(std::abs(value) < largest)) return missing;
    return std::abs(value) < 1 / largest ? 0 : value;
}

bool usable(const std::vector<double>& edges) {
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (std::isnan(sober(edges[i])) || (i > 0 && !(edges[i] > edges[i - 1]))) return false;
    }
    return edges.size() >= 2;
}

void make_sober(Series& series, std::size_t bins) {
    series.y.resize(bins, missing);
    series.error.resize(bins, 0);
    for (double& y : series.y) y = sober(y);
    for (double& error : series.error) error = std::isnan(sober(error)) ? 0 : std::abs(sober(error));
}

void make_sober(std::vector<std::vector<double>>& matrix, std::size_t size) {
    matrix.resize(size);
    for (std::vector<double>& row : matrix) {
        row.resize(size, missing);
        for (double& value : row) value = sober(value);
    }
}

}  // namespace

Drawing plottable(Drawing drawing) {
    if (drawing.name.empty())
        throw core::InputError("cannot draw a distribution (it has no name). Give it one?");
    if (!usable(drawing.edges)) drawing.edges.clear();
    const std::size_t bins = drawing.edges.empty() ? 0 : drawing.edges.size() - 1;
    make_sober(drawing.reference, bins);
    make_sober(drawing.candidate, bins);
    return drawing;
}

CorrelationDrawing plottable(CorrelationDrawing drawing) {
    make_sober(drawing.reference, drawing.names.size());
    make_sober(drawing.candidate, drawing.names.size());
    return drawing;
}

ClassifierDrawing plottable(ClassifierDrawing drawing) {
    std::vector<LearningPoint>& curve = drawing.learning_curve;
    std::erase_if(
        curve, [](const LearningPoint& point) { return point.samples == 0 || std::isnan(sober(point.auc)); });
    for (LearningPoint& point : curve)
        point.uncertainty = std::isnan(sober(point.uncertainty)) ? 0 : std::abs(point.uncertainty);
    std::stable_sort(curve.begin(), curve.end(),
                     [](const LearningPoint& a, const LearningPoint& b) { return a.samples < b.samples; });
    return drawing;
}

std::vector<Family> families(const std::vector<Drawing>& drawings) {
    std::vector<Family> out;
    for (const Drawing& drawing : drawings) {
        auto family =
            std::find_if(out.begin(), out.end(), [&](const Family& one) { return one.name == drawing.name; });
        if (family == out.end()) family = out.insert(family, {drawing.name, {}});
        family->pages.push_back(plottable(drawing));
    }
    return out;
}

}  // namespace caloforge::validate::figure
