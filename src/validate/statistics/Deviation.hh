#pragma once

namespace caloforge::validate {

/// Sample standard deviation from a number of values, their sum and the sum of their squares; 0 for fewer
/// than two and for a variance that is no more than rounding (1e-12 of the squared mean).
double sample_deviation(double n, double sum, double squares);

}  // namespace caloforge::validate
