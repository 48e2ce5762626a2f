#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/Json.hh"

namespace caloforge::validate {

/// The field of the samples over whose values two sets are compared, range by range.
struct Binning {
    std::string field = {};   ///< its name, also in metrics.json: "energy"
    std::string label = {};   ///< in words: "incident energy"
    std::string symbol = {};  ///< in figures; what is behind _ stands below the line: "E_inc"
    std::string unit = {};    ///< "GeV"
    bool positive = false;    ///< spread over decades: values of zero and below are refused
    std::vector<double> edges = {};

    /// {"field", "label", "unit"}
    core::Json json() const { return {{"field", field}, {"label", label}, {"unit", unit}}; }
};

/// Values of the binning variable, ends included.
struct Range {
    double low = 0;
    double high = 0;
    bool holds(double value) const { return low <= value && value <= high; }
    /// "10:500"
    std::string label() const;
};

/// Bins [edge, next edge) of the binning variable, the last one with its upper end, and the range outside of
/// which samples are not compared. A slot more takes compared samples outside all bins.
class Bins {
  public:
    /// Throws InputError unless there are two or more edges, ascending, and positive where that is asked for.
    Bins(const Binning& binning, Range compared);

    std::size_t size() const { return edges_.size() - 1; }
    std::size_t slots() const { return size() + 1; }
    /// size() for a compared value outside the bins, nothing for one that is not compared.
    std::optional<std::size_t> slot(double value) const;
    std::string label(std::size_t bin) const { return Range{edges_[bin], edges_[bin + 1]}.label(); }

  private:
    std::vector<double> edges_;
    Range compared_;
};

/// What is known of the values of the binning variable in a set.
struct Extent {
    double low = 0;  ///< the smallest
    double high = 0;
    std::size_t samples = 0;
};

/// The range over which two sets can be compared, and whether it leaves out a part of one of them.
struct ComparedRange {
    Range range;
    bool restricted = false;
};

/// The overlap of two sets; nothing when they have none. Ends that differ by no more than chance allows (ten
/// times the mean distance of neighbouring values, were they uniform) are taken as the same end. An end moves
/// out to the nearest of `edges` within that distance, else to three digits, so that repeated samples get the
/// same label.
std::optional<ComparedRange> compared_range(const Extent& reference, const Extent& candidate,
                                            const std::vector<double>& edges);

}  // namespace caloforge::validate
