#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace caloforge::validate {

/// 1-Wasserstein distance of two samples, in the unit of the values: the area between their cumulative
/// distributions, int |F_r(x) - F_c(x)| dx. Exact; the sizes may differ. A shift by d gives |d|. Both samples
/// must be sorted ascending, without NaN. Throws InputError when one is empty.
double wasserstein_distance(std::span<const float> reference, std::span<const float> candidate);

/// Outcome of the two-sample Kolmogorov-Smirnov test.
struct KolmogorovSmirnov {
    double statistic = 0;  ///< max |F_r(x) - F_c(x)|
    double p = 1;          ///< chance of a statistic as large, were both samples of one distribution
};

/// p = 2 sum_{k>=1} (-1)^(k-1) exp(-2 k^2 D^2 n), n = n_r n_c / (n_r + n_c): the limit of large n. For
/// smaller n and for values that repeat (counts) the true p is smaller: a small p can be believed, a
/// large one below n = 20 says little. Samples as for wasserstein_distance(). Throws InputError when one is
/// empty.
KolmogorovSmirnov kolmogorov_smirnov(std::span<const float> reference, std::span<const float> candidate);

/// 2 sum_{k>=1} (-1)^(k-1) exp(-2 k^2 x^2): the Kolmogorov distribution's upper tail, 1 for x <= 0.
double kolmogorov_tail(double x);

/// Outcome of the chi-square test of homogeneity.
struct ChiSquare {
    double value = 0;
    std::size_t ndf = 0;  ///< bins that hold something in either histogram, minus 1
    double p = 1;         ///< chance of a value as large, were both histograms of one distribution
    double per_ndf() const { return value / static_cast<double>(ndf); }
};

/// sum_i (sqrt(N_c/N_r) r_i - sqrt(N_r/N_c) c_i)^2 / (r_i + c_i), N the totals, over the bins that are not
/// empty in both. Compares shapes: the totals may differ. The bins must hold counts of independent entries
/// (one per sample: parts of one sample are not independent), which is where their variances come from; p
/// is good when few bins hold less than five. Nothing when a histogram is empty or only one bin holds
/// anything. Throws InputError when the numbers of bins differ.
std::optional<ChiSquare> chi_square(std::span<const double> reference, std::span<const double> candidate);

}  // namespace caloforge::validate
