#pragma once

#include "validate/figure/Canvas.hh"
#include "validate/figure/PlotData.hh"

namespace caloforge::validate::figure {

inline constexpr double heat_map_height = 69 * points_per_mm;

/// One page, two columns wide: the correlation matrices of both sets and candidate - reference, with the
/// observables' names once and their numbers at every map. An undefined correlation is a crossed grey field.
/// A page without any value says "no entries".
void draw_correlations(Canvas& canvas, const CorrelationDrawing& data, const SetLabels& labels);

}  // namespace caloforge::validate::figure
