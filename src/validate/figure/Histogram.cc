#include "validate/figure/Histogram.hh"

#include <algorithm>
#include <cmath>
#include <limits>

namespace caloforge::validate::figure {
namespace {

double middle(const Panel& panel, const std::vector<double>& edges, std::size_t bin) {
    return (panel.across(edges[bin]) + panel.across(edges[bin + 1])) / 2;
}

// The area between low(bin) and high(bin), in one piece per run of bins that have a value.
template <class Low, class High>
void fill_between(Canvas& canvas, const Panel& panel, const std::vector<double>& edges, const Series& series,
                  Colour colour, Low low, High high) {
    for (std::size_t first = 0; first < series.y.size(); ++first) {
        if (std::isnan(series.y[first])) continue;
        std::size_t last = first;
        while (last < series.y.size() && !std::isnan(series.y[last])) ++last;
        std::vector<Point> outline;
        for (std::size_t bin = first; bin < last; ++bin) {
            outline.push_back(panel.at(edges[bin], high(bin)));
            outline.push_back(panel.at(edges[bin + 1], high(bin)));
        }
        for (std::size_t bin = last; bin-- > first;) {
            outline.push_back(panel.at(edges[bin + 1], low(bin)));
            outline.push_back(panel.at(edges[bin], low(bin)));
        }
        canvas.fill(outline, colour);
        first = last;
    }
}

}  // namespace

Series ratio(const Series& numerator, const Series& denominator) {
    Series out = numerator;
    for (std::size_t bin = 0; bin < out.y.size(); ++bin) {
        const double divisor =
            denominator.y[bin] > 0 ? denominator.y[bin] : std::numeric_limits<double>::quiet_NaN();
        out.y[bin] /= divisor;
        out.error[bin] /= divisor;
    }
    return out;
}

void draw_steps(Canvas& canvas, const Panel& panel, const std::vector<double>& edges, const Series& series,
                const Pen& pen) {
    std::vector<Point> line;
    for (std::size_t bin = 0; bin < series.y.size(); ++bin) {
        if (std::isnan(series.y[bin])) {
            canvas.stroke(line, pen);
            line.clear();
            continue;
        }
        line.push_back(panel.at(edges[bin], series.y[bin]));
        line.push_back(panel.at(edges[bin + 1], series.y[bin]));
    }
    canvas.stroke(line, pen);
}

void draw_filled(Canvas& canvas, const Panel& panel, const std::vector<double>& edges, const Series& series,
                 Colour colour) {
    const double foot = panel.y.log ? panel.y.low : std::clamp(0.0, panel.y.low, panel.y.high);
    fill_between(
        canvas, panel, edges, series, colour, [&](std::size_t) { return foot; },
        [&](std::size_t bin) { return series.y[bin]; });
}

void draw_band(Canvas& canvas, const Panel& panel, const std::vector<double>& edges, const Series& series,
               Colour colour) {
    fill_between(
        canvas, panel, edges, series, colour,
        [&](std::size_t bin) { return series.y[bin] - series.error[bin]; },
        [&](std::size_t bin) { return series.y[bin] + series.error[bin]; });
}

void draw_bars(Canvas& canvas, const Panel& panel, const std::vector<double>& edges, const Series& series,
               const Pen& pen) {
    for (std::size_t bin = 0; bin < series.y.size(); ++bin) {
        if (std::isnan(series.y[bin]) || !(series.error[bin] > 0)) continue;
        const double x = middle(panel, edges, bin);
        canvas.line({x, panel.up(series.y[bin] - series.error[bin])},
                    {x, panel.up(series.y[bin] + series.error[bin])}, pen);
    }
}

void draw_dots(Canvas& canvas, const Panel& panel, const std::vector<double>& edges, const Series& series,
               Colour colour) {
    constexpr double widest = 1.2;
    constexpr double narrowest = 0.6;
    for (std::size_t bin = 0; bin < series.y.size(); ++bin) {
        const double value = series.y[bin];
        if (std::isnan(value)) continue;
        const double x = middle(panel, edges, bin);
        if (value > panel.y.high || value < panel.y.low) {
            const bool above = value > panel.y.high;
            const double tip = above ? panel.box.top + 1 : panel.box.bottom - 1;
            const double base = above ? tip + 3.6 : tip - 3.6;
            const Point triangle[] = {{x, tip}, {x + 1.8, base}, {x - 1.8, base}};
            canvas.fill(triangle, colour);
        } else {
            const double bin_width = panel.across(edges[bin + 1]) - panel.across(edges[bin]);
            canvas.disc({x, panel.up(value)}, std::clamp(bin_width / 4, narrowest, widest), colour);
        }
    }
}

}  // namespace caloforge::validate::figure
