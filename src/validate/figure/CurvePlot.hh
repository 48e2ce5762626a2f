#pragma once

#include <vector>

#include "validate/figure/Canvas.hh"
#include "validate/figure/PlotData.hh"

namespace caloforge::validate::figure {

/// One page: the ROC curves of all classifiers that have one, on the diagonal of guessing. Without any, the
/// page says "no entries".
void draw_roc(Canvas& canvas, const std::vector<ClassifierDrawing>& classifiers);

/// One page: AUC against the number of samples (so called) of each set that a classifier learned from, with
/// one standard deviation, and the 0.5 of guessing. Without any point, the page says "no entries".
void draw_learning_curves(Canvas& canvas, const std::vector<ClassifierDrawing>& classifiers,
                          const std::string& samples);

}  // namespace caloforge::validate::figure
