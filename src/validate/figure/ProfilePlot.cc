#include "validate/figure/ProfilePlot.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "validate/figure/Histogram.hh"
#include "validate/figure/Legend.hh"
#include "validate/figure/ValueRange.hh"

namespace caloforge::validate::figure {
namespace {

constexpr double between_panels = 5;
constexpr double upper_share = 0.7;  // of what the two panels have together
const Pen reference_pen{reference_line, 0.8, false};
const Pen candidate_pen{candidate_colour, 1.0, false};
const Pen bar_pen{candidate_colour, 0.6, false};

RichText title_of(const Drawing& profile) {
    std::string title = profile.title.empty() ? words(profile.name) : profile.title;
    title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
    return label(title);
}

std::string note_of(const SetLabel& set, const Series& series, const std::string& samples) {
    if (!series.has_entries()) return " (no entries)";
    return set.samples ? fmt::format(" ({} {})", *set.samples, samples) : "";
}

Legend make_legend(const Canvas& canvas, const Drawing& profile, const SetLabels& labels, double width) {
    return Legend(canvas,
                  {{labels.reference.name, note_of(labels.reference, profile.reference, labels.samples),
                    Mark::filled, reference_pen},
                   {labels.candidate.name, note_of(labels.candidate, profile.candidate, labels.samples),
                    Mark::bars, candidate_pen}},
                  range_label(profile.range, labels.binning, labels.slicings), width);
}

// The highest point drawn between two places on the page.
double highest_between(const Panel& panel, const Drawing& profile, double left, double right) {
    double highest = panel.y.low;
    for (std::size_t bin = 0; bin + 1 < profile.edges.size(); ++bin) {
        if (panel.across(profile.edges[bin + 1]) < left || panel.across(profile.edges[bin]) > right) continue;
        for (const Series* series : {&profile.reference, &profile.candidate}) {
            if (!std::isnan(series->y[bin])) highest = std::max(highest, series->y[bin] + series->error[bin]);
        }
    }
    return highest;
}

// Puts the legend into the upper corner that asks for less room above the curves, and makes that room.
Point place_legend(Panel& panel, const Drawing& profile, const Legend& legend) {
    const double top = panel.box.top + legend_inset / 2;
    const double part = 1 - (legend.height() + legend_inset) / panel.box.height();
    const double right = panel.box.right - legend_inset - legend.width();
    const double left = panel.box.left + legend_inset;
    const auto axis_for = [&](double place) {
        const double highest = highest_between(panel, profile, place - legend_inset / 2,
                                               place + legend.width() + legend_inset / 2);
        return raised(panel.y, highest, part);
    };
    const Axis with_right = axis_for(right);
    const Axis with_left = axis_for(left);
    const bool at_right = with_right.high <= with_left.high;
    panel.y = at_right ? with_right : with_left;
    return {at_right ? right : left, top};
}

void draw_upper(Canvas& canvas, const Panel& panel, const Drawing& profile) {
    canvas.clipped(panel.box, [&] {
        draw_filled(canvas, panel, profile.edges, profile.reference, reference_fill);
        draw_band(canvas, panel, profile.edges, profile.reference, reference_band);
        draw_steps(canvas, panel, profile.edges, profile.reference, reference_pen);
        draw_bars(canvas, panel, profile.edges, profile.candidate, bar_pen);
        draw_steps(canvas, panel, profile.edges, profile.candidate, candidate_pen);
    });
    draw_axes(canvas, panel, {{}, label(profile.y_label), false});
}

void draw_lower(Canvas& canvas, const Panel& panel, const Drawing& profile, const Series& unity,
                const Series& divided) {
    canvas.clipped(panel.box, [&] {
        draw_band(canvas, panel, profile.edges, unity, reference_band);
        canvas.line({panel.box.left, panel.up(1)}, {panel.box.right, panel.up(1)},
                    {reference_line, 0.5, true});
        // Zero everywhere is no measurement of a ratio; the legend says what is missing.
        if (!profile.candidate.has_entries()) return;
        draw_bars(canvas, panel, profile.edges, divided, bar_pen);
        draw_dots(canvas, panel, profile.edges, divided, candidate_colour);
    });
    draw_axes(canvas, panel, {label(profile.x_label), plain("ratio")});
}

}  // namespace

void draw_profile(Canvas& canvas, const Drawing& profile, const SetLabels& labels) {
    Box all{36, room_above, canvas.width() - room_right, canvas.height() - room_below};
    if (!profile.reference.has_entries() && !profile.candidate.has_entries()) {
        draw_title(canvas, all, title_of(profile));
        draw_nothing(canvas, all);
        const FittedText range =
            canvas.fit(range_label(profile.range, labels.binning, labels.slicings), all.width());
        canvas.text(range.text, {all.right, all.bottom + 14}, {range.size, 1, 1});
        return;
    }
    const Series unity = ratio(profile.reference, profile.reference);
    const Series divided = ratio(profile.candidate, profile.reference);
    const Axis x = make_axis(profile.edges.front(), profile.edges.back(), geometric(profile.edges));
    const double split = all.top + upper_share * (all.height() - between_panels);

    const Legend legend = make_legend(canvas, profile, labels, 0.85 * all.width());
    Panel upper{{all.left, all.top, all.right, split},
                x,
                value_axis(profile.reference, profile.candidate, profile.log_y)};
    Panel lower{{all.left, split + between_panels, all.right, all.bottom}, x, ratio_axis(divided, unity)};
    // The legend asks for room above, what is above gives the labels, and these ask for room beside.
    place_legend(upper, profile, legend);
    all.left = std::max(room_beside(canvas, upper.y), room_beside(canvas, lower.y));
    upper.box.left = lower.box.left = all.left;
    const Point corner = place_legend(upper, profile, legend);

    draw_title(canvas, all, title_of(profile));
    draw_upper(canvas, upper, profile);
    legend.draw(canvas, corner);
    draw_lower(canvas, lower, profile, unity, divided);
}

}  // namespace caloforge::validate::figure
