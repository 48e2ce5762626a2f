#include "data/Polynomial.hh"

#include <algorithm>
#include <cmath>

namespace caloforge::data {
namespace {

/// Part of a diagonal element that must be left when the columns before it are taken out (1 when they have
/// nothing in common): below it the points do not determine the coefficient in double precision.
constexpr double smallest_pivot = 1e-12;

/// Solves A x = b by Cholesky for a symmetric positive definite A of size n, scaled to a unit diagonal. Empty
/// when A is singular to working precision.
std::vector<double> solve_positive(std::vector<double> a, std::vector<double> b) {
    const std::size_t n = b.size();
    std::vector<double> scale(n);
    for (std::size_t i = 0; i < n; ++i) scale[i] = 1 / std::sqrt(a[i * n + i]);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) a[i * n + j] *= scale[i] * scale[j];
        b[i] *= scale[i];
    }
    for (std::size_t j = 0; j < n; ++j) {  // A = L L^T; L replaces the lower half
        for (std::size_t i = j; i < n; ++i) {
            double rest = a[i * n + j];
            for (std::size_t k = 0; k < j; ++k) rest -= a[i * n + k] * a[j * n + k];
            if (i == j && !(rest > smallest_pivot)) return {};
            a[i * n + j] = i == j ? std::sqrt(rest) : rest / a[j * n + j];
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
    for (std::size_t i = 0; i < n; ++i) b[i] *= scale[i];
    return b;
}

}  // namespace

void PolynomialFit::add(double x, double y, double weight) {
    double term = weight;
    for (std::size_t k = 0; k < powers_.size(); ++k, term *= x) {
        powers_[k] += term;
        if (k < products_.size()) products_[k] += term * y;
    }
    if (distinct_.size() <= highest_degree &&
        std::find(distinct_.begin(), distinct_.end(), x) == distinct_.end()) {
        distinct_.push_back(x);
    }
}

std::vector<double> PolynomialFit::solve(std::size_t degree) const {
    for (std::size_t n = std::min({degree, highest_degree, distinct_.size() - 1}) + 1;
         !distinct_.empty() && n > 0; --n) {
        std::vector<double> matrix(n * n);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) matrix[i * n + j] = powers_[i + j];
        }
        const auto solution =
            solve_positive(matrix, {products_.begin(), products_.begin() + static_cast<std::ptrdiff_t>(n)});
        if (!solution.empty()) return solution;
    }
    return {};
}

double evaluate(const std::vector<double>& coefficients, double x) {
    double value = 0;
    for (auto c = coefficients.rbegin(); c != coefficients.rend(); ++c) value = value * x + *c;
    return value;
}

}  // namespace caloforge::data
