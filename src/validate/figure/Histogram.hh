#pragma once

#include <functional>
#include <vector>

#include "validate/figure/Panel.hh"
#include "validate/figure/PlotData.hh"

namespace caloforge::validate::figure {

/// Numerator / denominator, bin by bin; NaN where the denominator is not positive. The errors are the
/// numerator's own: those of the denominator are drawn as a band of their own.
Series ratio(const Series& numerator, const Series& denominator);

/// The values as steps over the bins; a missing one leaves a gap.
void draw_steps(Canvas& canvas, const Panel& panel, const std::vector<double>& edges, const Series& series,
                const Pen& pen);
/// The area between the foot of the panel (zero, where it is shown) and the values.
void draw_filled(Canvas& canvas, const Panel& panel, const std::vector<double>& edges, const Series& series,
                 Colour colour);
/// One standard deviation to both sides.
void draw_band(Canvas& canvas, const Panel& panel, const std::vector<double>& edges, const Series& series,
               Colour colour);
/// One standard deviation to both sides, as lines in the middle of the bins.
void draw_bars(Canvas& canvas, const Panel& panel, const std::vector<double>& edges, const Series& series,
               const Pen& pen);
/// Dots in the middle of the bins; triangles at the frame for values outside of it.
void draw_dots(Canvas& canvas, const Panel& panel, const std::vector<double>& edges, const Series& series,
               Colour colour);

}  // namespace caloforge::validate::figure
