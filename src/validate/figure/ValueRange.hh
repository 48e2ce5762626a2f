#pragma once

#include "validate/figure/Axis.hh"
#include "validate/figure/PlotData.hh"

namespace caloforge::validate::figure {

/// The value axis that holds both sets with their errors. Linear: from zero (or the lowest value, if it is
/// negative). Logarithmic: what is positive, at most seven decades; linear where nothing is.
Axis value_axis(const Series& reference, const Series& candidate, bool log);

/// Raises the axis' upper end so that `value` lies no higher than at `part` of it.
Axis raised(const Axis& axis, double value, double part);

/// The axis of a ratio: around 1, the tightest of a few that holds nine tenths of the well-measured bins.
/// `unity` is the reference divided by itself.
Axis ratio_axis(const Series& ratio, const Series& unity);

}  // namespace caloforge::validate::figure
