#pragma once

#include <string>
#include <vector>

#include "validate/figure/RichText.hh"

namespace caloforge::validate::figure {

/// A range of values along a panel's side, low < high; both positive where it is logarithmic.
struct Axis {
    double low = 0;
    double high = 1;
    bool log = false;

    /// 0 at the lower end, 1 at the upper one; values outside go beyond, but never far. On a logarithmic axis
    /// what is not positive lies below the lower end.
    double part(double value) const;
    /// The inverse of part().
    double value(double part) const;
};

/// An axis from low to high; a range too narrow to be labelled is widened.
Axis make_axis(double low, double high, bool log = false);

/// Bin edges that grow by one common factor, by 20 or more in all, were meant for a logarithmic axis.
bool geometric(const std::vector<double>& edges);

/// Marks on an axis, ascending and within it.
struct Ticks {
    std::vector<double> major;     ///< 3 to 8, at round values
    std::vector<double> minor;     ///< between them
    std::vector<RichText> labels;  ///< of the major ones
    RichText factor;               ///< a power of ten that all labels share; empty otherwise
};

Ticks ticks(const Axis& axis);

}  // namespace caloforge::validate::figure
