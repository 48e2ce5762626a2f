#pragma once

#include "validate/figure/Canvas.hh"
#include "validate/figure/PlotData.hh"

namespace caloforge::validate::figure {

/// One page: the distribution of both sets above, candidate / reference below. The bands and bars are one
/// standard deviation. A page without any value other than zero says "no entries".
void draw_profile(Canvas& canvas, const Drawing& profile, const SetLabels& labels);

}  // namespace caloforge::validate::figure
