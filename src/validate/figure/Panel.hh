#pragma once

#include "validate/figure/Axis.hh"
#include "validate/figure/Canvas.hh"

namespace caloforge::validate::figure {

/// Size of the letters at ticks and in legends.
inline constexpr double note_size = 7;

/// A frame on the page and the two axes along it.
struct Panel {
    Box box;
    Axis x;
    Axis y;

    double across(double value) const { return box.left + x.part(value) * box.width(); }
    double up(double value) const { return box.bottom - y.part(value) * box.height(); }
    Point at(double x_value, double y_value) const { return {across(x_value), up(y_value)}; }
};

/// What is written along a panel.
struct PanelText {
    RichText x;            ///< below, at the right end
    RichText y;            ///< beside, at the upper end
    bool x_values = true;  ///< whether the ticks below have labels
};

/// Room beside a panel for the labels of this axis and its name.
double room_beside(const Canvas& canvas, const Axis& y);
/// Room below a panel for tick labels and the axis' name.
inline constexpr double room_below = 24;
/// Room above the upper panel for one line.
inline constexpr double room_above = 14;
/// Room at the right of a panel.
inline constexpr double room_right = 6;

/// Frame, ticks inward on all sides, labels. Labels that would touch are left out; names are fitted.
void draw_axes(Canvas& canvas, const Panel& panel, const PanelText& text);

/// One line above the panel, fitted to its width.
void draw_title(Canvas& canvas, const Box& box, const RichText& title);

/// The frame without anything in it, and the words "no entries".
void draw_nothing(Canvas& canvas, const Box& box);

}  // namespace caloforge::validate::figure
