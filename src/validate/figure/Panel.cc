#include "validate/figure/Panel.hh"

#include <algorithm>
#include <cmath>
#include <functional>

namespace caloforge::validate::figure {
namespace {

constexpr double major_length = 3.2;
constexpr double minor_length = 1.7;
constexpr double gap = 3;  // between the frame and the labels
const Pen frame_pen{ink, 0.6, false};
const Pen tick_pen{ink, 0.5, false};

// Every which label can be written so that none touches the next.
std::size_t stride(const std::vector<double>& places, const std::function<double(std::size_t)>& half_size) {
    constexpr double apart = 2;
    for (std::size_t step = 1; step < places.size(); ++step) {
        bool free = true;
        for (std::size_t i = step; i < places.size(); i += step) {
            const double room = std::abs(places[i] - places[i - step]);
            free = free && room >= half_size(i) + half_size(i - step) + apart;
        }
        if (free) return step;
    }
    return std::max<std::size_t>(places.size(), 1);
}

void draw_ticks_across(Canvas& canvas, const Panel& panel, const std::vector<double>& values, double length) {
    for (const double value : values) {
        const double x = panel.across(value);
        canvas.line({x, panel.box.bottom}, {x, panel.box.bottom - length}, tick_pen);
        canvas.line({x, panel.box.top}, {x, panel.box.top + length}, tick_pen);
    }
}

void draw_ticks_up(Canvas& canvas, const Panel& panel, const std::vector<double>& values, double length) {
    for (const double value : values) {
        const double y = panel.up(value);
        canvas.line({panel.box.left, y}, {panel.box.left + length, y}, tick_pen);
        canvas.line({panel.box.right, y}, {panel.box.right - length, y}, tick_pen);
    }
}

void label_across(Canvas& canvas, const Panel& panel, const Ticks& ticks, const RichText& name) {
    std::vector<double> places;
    for (const double value : ticks.major) places.push_back(panel.across(value));
    const std::size_t step =
        stride(places, [&](std::size_t i) { return canvas.text_width(ticks.labels[i], note_size) / 2; });
    const double line = panel.box.bottom + gap;
    for (std::size_t i = 0; i < places.size(); i += step) {
        // A label at the end of the axis must stay on the page.
        const double half = canvas.text_width(ticks.labels[i], note_size) / 2;
        const double place = std::min(places[i], canvas.width() - half - 0.5);
        canvas.text(ticks.labels[i], {place, line}, {note_size, 0.5, 1});
    }
    const double name_line = line + 1.55 * note_size;
    double room = panel.box.width();
    if (!ticks.factor.empty()) {
        canvas.text(ticks.factor, {panel.box.left, name_line}, {note_size, 0, 1});
        room -= canvas.text_width(ticks.factor, note_size) + 2 * gap;
    }
    const FittedText fitted = canvas.fit(name, room);
    canvas.text(fitted.text, {panel.box.right, name_line}, {fitted.size, 1, 1});
}

void label_up(Canvas& canvas, const Panel& panel, const Ticks& ticks, const RichText& name) {
    std::vector<double> places;
    for (const double value : ticks.major) places.push_back(panel.up(value));
    const std::size_t step = stride(places, [](std::size_t) { return 0.4 * note_size; });
    for (std::size_t i = 0; i < places.size(); i += step)
        canvas.text(ticks.labels[i], {panel.box.left - gap, places[i]}, {note_size, 1, 0.5});
    if (!ticks.factor.empty())
        canvas.text(ticks.factor, {panel.box.left - gap, panel.box.top - 5}, {note_size, 1, 0});
    const FittedText fitted = canvas.fit(name, panel.box.height());
    canvas.text(fitted.text, {1.5, panel.box.top}, {fitted.size, 1, 1, ink, true});
}

}  // namespace

double room_beside(const Canvas& canvas, const Axis& y) {
    constexpr double usual = 36;  // so that most figures of a report have the same frame
    const double name = 1.5 + 1.2 * font_size;
    const Ticks marks = ticks(y);
    double widest = 0;
    for (const RichText& label : marks.labels) widest = std::max(widest, canvas.text_width(label, note_size));
    return std::clamp(name + widest + 2 * gap, usual, canvas.width() / 2);
}

void draw_axes(Canvas& canvas, const Panel& panel, const PanelText& text) {
    const Ticks across = ticks(panel.x);
    const Ticks up = ticks(panel.y);
    draw_ticks_across(canvas, panel, across.major, major_length);
    draw_ticks_across(canvas, panel, across.minor, minor_length);
    draw_ticks_up(canvas, panel, up.major, major_length);
    draw_ticks_up(canvas, panel, up.minor, minor_length);
    canvas.frame(panel.box, frame_pen);
    if (text.x_values) label_across(canvas, panel, across, text.x);
    label_up(canvas, panel, up, text.y);
}

void draw_title(Canvas& canvas, const Box& box, const RichText& title) {
    const FittedText fitted = canvas.fit(title, box.width());
    canvas.text(fitted.text, {box.left, box.top - 4}, {fitted.size, 0, 0});
}

void draw_nothing(Canvas& canvas, const Box& box) {
    canvas.frame(box, frame_pen);
    canvas.text(plain("no entries"), {box.left + box.width() / 2, box.top + box.height() / 2},
                {font_size, 0.5, 0.5, grey(0.4)});
}

}  // namespace caloforge::validate::figure
