#include "validate/figure/CurvePlot.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "validate/figure/Legend.hh"
#include "validate/figure/Panel.hh"

namespace caloforge::validate::figure {
namespace {

const Pen guide_pen{grey(0.5), 0.5, true};

// Values, not places on the page.
using Line = std::vector<Point>;

struct Curve {
    LegendEntry entry;
    Line line;
    std::vector<double> errors;  // of y; empty: none are drawn, nor are dots
};

Pen pen_of(std::size_t i) {
    return {line_colours[i % line_colours.size()], 1.0, i >= line_colours.size()};
}

LegendEntry entry_of(const ClassifierDrawing& classifier, std::size_t i, Mark mark) {
    constexpr std::string_view prefix = "auc_";
    const std::string name =
        classifier.name.starts_with(prefix) ? classifier.name.substr(prefix.size()) : classifier.name;
    std::string note;
    if (classifier.auc) {
        note = fmt::format(": AUC {:.3f}", *classifier.auc);
        if (classifier.uncertainty) note += fmt::format(" ± {:.3f}", *classifier.uncertainty);
    }
    return {words(name), note, mark, pen_of(i)};
}

std::vector<Point> on_page(const Panel& panel, const Line& line) {
    std::vector<Point> out;
    for (const Point& p : line) out.push_back(panel.at(p.x, p.y));
    return out;
}

// How much of the lines lies below a box, in samples along them.
std::size_t covered(const Panel& panel, const std::vector<Line>& lines, const Box& box) {
    constexpr int samples = 20;
    std::size_t count = 0;
    for (const Line& values : lines) {
        const std::vector<Point> line = on_page(panel, values);
        for (std::size_t i = 0; i < line.size(); ++i) {
            const Point next = line[std::min(i + 1, line.size() - 1)];
            for (int s = 0; s < samples; ++s) {
                const double share = static_cast<double>(s) / samples;
                if (box.holds(
                        {line[i].x + share * (next.x - line[i].x), line[i].y + share * (next.y - line[i].y)}))
                    ++count;
            }
        }
    }
    return count;
}

// Where along the panel's sides the legend hides least; of equal places the lowest, at the right.
Point place_of(const Panel& panel, const std::vector<Line>& lines, const Legend& legend) {
    constexpr int heights = 16;
    const double left = panel.box.left + legend_inset;
    const double right = panel.box.right - legend_inset - legend.width();
    const double above = panel.box.top + legend_inset;
    const double below = panel.box.bottom - legend_inset - legend.height();
    Point best{right, below};
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (const double x : {right, left}) {
        for (int step = 0; step <= heights; ++step) {
            const double y = below + (above - below) * step / heights;
            const std::size_t hidden =
                covered(panel, lines, {x - 2, y - 2, x + legend.width() + 2, y + legend.height() + 2});
            if (hidden < fewest) {
                fewest = hidden;
                best = {x, y};
            }
        }
    }
    return best;
}

void draw_curve(Canvas& canvas, const Panel& panel, const Curve& curve) {
    const std::vector<Point> line = on_page(panel, curve.line);
    canvas.stroke(line, curve.entry.pen);
    for (std::size_t i = 0; i < curve.errors.size(); ++i) {
        const Point& p = curve.line[i];
        canvas.line(panel.at(p.x, p.y - curve.errors[i]), panel.at(p.x, p.y + curve.errors[i]),
                    {curve.entry.pen.colour, 0.7, false});
        canvas.disc(line[i], 1.5, curve.entry.pen.colour);
    }
}

struct PageText {
    std::string title;
    std::string x;
    std::string y;
};

Box box_of(const Canvas& canvas) {
    return {36, room_above, canvas.width() - room_right, canvas.height() - room_below};
}

void draw_page(Canvas& canvas, const PageText& text, const Axis& x, const Axis& y, const Line& guide,
               const std::vector<Curve>& curves) {
    Panel panel{box_of(canvas), x, y};
    panel.box.left = room_beside(canvas, y);
    draw_title(canvas, panel.box, plain(text.title));
    std::vector<LegendEntry> entries;
    std::vector<Line> lines = {guide};
    for (const Curve& curve : curves) {
        entries.push_back(curve.entry);
        lines.push_back(curve.line);
    }
    const Legend legend(canvas, std::move(entries), {}, 0.85 * panel.box.width());
    canvas.clipped(panel.box, [&] {
        canvas.stroke(on_page(panel, guide), guide_pen);
        for (const Curve& curve : curves) draw_curve(canvas, panel, curve);
    });
    legend.draw(canvas, place_of(panel, lines, legend));
    draw_axes(canvas, panel, {plain(text.x), plain(text.y)});
}

void draw_empty_page(Canvas& canvas, const PageText& text) {
    draw_title(canvas, box_of(canvas), plain(text.title));
    draw_nothing(canvas, box_of(canvas));
}

}  // namespace

void draw_roc(Canvas& canvas, const std::vector<ClassifierDrawing>& classifiers) {
    const PageText text{"ROC curves of the classifiers", "share of the reference taken for candidate",
                        "share of the candidate recognised"};
    std::vector<Curve> curves;
    for (std::size_t i = 0; i < classifiers.size(); ++i) {
        const RocCurve& roc = classifiers[i].roc;
        if (roc.reference.empty()) continue;
        Curve curve{entry_of(classifiers[i], i, Mark::line), {}, {}};
        for (std::size_t p = 0; p < roc.reference.size(); ++p)
            curve.line.push_back({roc.reference[p], roc.candidate[p]});
        curves.push_back(std::move(curve));
    }
    if (curves.empty()) return draw_empty_page(canvas, text);
    draw_page(canvas, text, {0, 1}, {0, 1}, {{0, 0}, {1, 1}}, curves);
}

void draw_learning_curves(Canvas& canvas, const std::vector<ClassifierDrawing>& classifiers,
                          const std::string& samples) {
    const PageText text{"Learning curves of the classifiers", samples + " of each set", "AUC"};
    std::vector<Curve> curves;
    double fewest = 0, most = 0, low = 0.45, high = 0.65;
    for (std::size_t i = 0; i < classifiers.size(); ++i) {
        if (classifiers[i].learning_curve.empty()) continue;
        Curve curve{entry_of(classifiers[i], i, Mark::bars), {}, {}};
        for (const LearningPoint& step : classifiers[i].learning_curve) {
            const auto count = static_cast<double>(step.samples);
            curve.line.push_back({count, step.auc});
            curve.errors.push_back(step.uncertainty);
            fewest = fewest > 0 ? std::min(fewest, count) : count;
            most = std::max(most, count);
            low = std::min(low, step.auc - step.uncertainty - 0.02);
            high = std::max(high, step.auc + step.uncertainty + 0.02);
        }
        curves.push_back(std::move(curve));
    }
    if (curves.empty()) return draw_empty_page(canvas, text);
    const Axis x{fewest / 1.5, most * 1.5, true};
    // An AUC lies between 0 and 1; a frame just above 1 shows a curve that reaches it.
    const Axis y{std::max(low, 0.0), std::min(high, 1.02)};
    draw_page(canvas, text, x, y, {{x.low, 0.5}, {x.high, 0.5}}, curves);
}

}  // namespace caloforge::validate::figure
