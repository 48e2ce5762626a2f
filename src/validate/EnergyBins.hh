#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace caloforge::validate {

/// Incident energies, GeV, ends included.
struct EnergyRange {
    double low = 0;
    double high = 0;
    bool holds(double energy) const { return low <= energy && energy <= high; }
    /// "10:500"
    std::string label() const;
};

/// Bins [edge, next edge) of the incident energy, the last one with its upper end, and the range outside of
/// which showers are not compared. A slot more takes compared showers outside all bins.
class EnergyBins {
  public:
    /// Throws InputError unless there are two or more edges, positive and ascending.
    EnergyBins(std::vector<double> edges, EnergyRange compared);

    std::size_t size() const { return edges_.size() - 1; }
    std::size_t slots() const { return size() + 1; }
    /// size() for a compared energy outside the bins, nothing for one that is not compared.
    std::optional<std::size_t> slot(double energy) const;
    std::string label(std::size_t bin) const { return EnergyRange{edges_[bin], edges_[bin + 1]}.label(); }

  private:
    std::vector<double> edges_;
    EnergyRange compared_;
};

/// What is known of the incident energies of a set.
struct EnergyExtent {
    double low = 0;   ///< smallest energy seen, GeV
    double high = 0;  ///< largest
    std::size_t showers = 0;
};

/// The range over which two sets can be compared, and whether it leaves out a part of one of them.
struct ComparedRange {
    EnergyRange range;
    bool restricted = false;
};

/// The overlap of two sets. Ends that differ by no more than chance allows (ten times the mean distance of
/// neighbouring energies, were they uniform) are taken as the same end. An end moves out to the nearest of
/// `edges` within that distance, else to three digits, so that repeated samples get the same label. Throws
/// InputError when the ranges are disjoint.
ComparedRange compared_range(const EnergyExtent& reference, const EnergyExtent& candidate,
                             const std::vector<double>& edges);

}  // namespace caloforge::validate
