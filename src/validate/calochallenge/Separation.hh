#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "validate/statistics/Metric.hh"

namespace caloforge::validate::calochallenge {

/// `bins` of equal width from low to high, (bins + 1), rounded as NumPy's linspace rounds.
std::vector<double> even_edges(double low, double high, std::size_t bins);
/// The same of equal ratio, as NumPy's logspace between the decimal logarithms: the last edge may be the last
/// digit beside `high`.
std::vector<double> log_edges(double low, double high, std::size_t bins);

/// A histogram as NumPy fills it: bins hold their lower edge, the last one its upper too; what lies outside,
/// and what is no number, is not counted.
class Counts {
  public:
    /// `edges` ascend strictly, two at least.
    explicit Counts(std::vector<double> edges) : edges_(std::move(edges)), counts_(edges_.size() - 1) {}

    void add(double value);
    const std::vector<double>& edges() const { return edges_; }
    const std::vector<std::uint64_t>& counts() const { return counts_; }
    std::uint64_t total() const;

  private:
    std::vector<double> edges_;
    std::vector<std::uint64_t> counts_;
};

/// The separation power 1/2 sum (h_r - h_c)^2 / (h_r + h_c) of two histograms of the same edges, each
/// normalised to what lies within them (eq. 15 of arXiv:2009.03796). No value where one of them is empty.
Outcome separation_power(const Counts& reference, const Counts& candidate);

}  // namespace caloforge::validate::calochallenge
