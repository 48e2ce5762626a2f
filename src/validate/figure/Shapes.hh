#pragma once

namespace caloforge::validate::figure {

/// Lengths on paper are in points (1/72 inch); y runs downward.
struct Point {
    double x = 0;
    double y = 0;
};

struct Box {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
    double width() const { return right - left; }
    double height() const { return bottom - top; }
    bool holds(Point p) const { return left <= p.x && p.x <= right && top <= p.y && p.y <= bottom; }
};

inline constexpr double points_per_mm = 72.0 / 25.4;

/// One column and two columns of a journal, and the height of a figure.
inline constexpr double column_width = 85 * points_per_mm;
inline constexpr double page_width = 174 * points_per_mm;
inline constexpr double column_height = 80 * points_per_mm;

/// Font sizes: usual, and the smallest to which text is shrunk before it is shortened.
inline constexpr double font_size = 8;
inline constexpr double smallest_font = 6;

}  // namespace caloforge::validate::figure
