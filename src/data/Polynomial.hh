#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace caloforge::data {

/// Weighted least-squares fit of a polynomial of low degree to a stream of points, in constant memory: only
/// the moments of the normal equations are kept. Their condition is good enough up to degree 4 when x is of
/// order 1.
class PolynomialFit {
  public:
    static constexpr std::size_t highest_degree = 4;

    void add(double x, double y, double weight);
    /// Coefficients c[k] of x^k, of the highest degree <= `degree` that the points determine (below the
    /// number of distinct x). Empty when no point was added.
    std::vector<double> solve(std::size_t degree) const;

  private:
    std::array<double, 2 * highest_degree + 1> powers_{};  ///< sum of weight * x^k
    std::array<double, highest_degree + 1> products_{};    ///< sum of weight * y * x^k
    std::vector<double> distinct_;  ///< different values of x; no more than tell the degree
};

/// sum_k coefficients[k] * x^k
double evaluate(const std::vector<double>& coefficients, double x);

}  // namespace caloforge::data
