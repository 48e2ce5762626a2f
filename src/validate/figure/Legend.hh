#pragma once

#include <string>
#include <vector>

#include "validate/figure/Canvas.hh"

namespace caloforge::validate::figure {

/// Room between a legend and the frame.
inline constexpr double legend_inset = 6;

/// How the thing named is drawn.
enum class Mark { filled, line, bars };

struct LegendEntry {
    std::string name;
    std::string note;  ///< written behind the name, never shortened: " (5,500 showers)"
    Mark mark = Mark::line;
    Pen pen;
};

/// Names beside samples of what they stand for, one a line, below an optional heading. Names that do not fit
/// are shrunk, then shortened.
class Legend {
  public:
    Legend(const Canvas& canvas, std::vector<LegendEntry> entries, RichText heading, double max_width);

    double width() const { return width_; }
    double height() const;
    void draw(Canvas& canvas, Point top_left) const;

  private:
    struct Row {
        LegendEntry entry;
        FittedText text;
    };
    std::vector<Row> rows_;
    FittedText heading_;
    double width_ = 0;
};

}  // namespace caloforge::validate::figure
