#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "geometry/Detector.hh"
#include "montecarlo/Medium.hh"

namespace caloforge::montecarlo {

/// The detector's slabs as the transport sees them. Read-only once constructed.
class Stack {
  public:
    struct Zone {
        double low;   ///< mm along z
        double high;  ///< mm
        const Medium* medium;
        int layer;  ///< cell layer that reads it out; -1 for passive material
    };

    /// Cross-sections are tabulated here (a second or less). Throws InputError for unknown elements and for
    /// cuts beyond 10 TeV.
    explicit Stack(const geometry::Detector& detector, const StepLimits& limits = {},
                   Scattering scattering = Scattering::geant4);

    const std::vector<Zone>& zones() const { return zones_; }
    /// The one that holds z, which lies in the stack.
    std::size_t zone_at(double z) const;
    double depth() const { return zones_.back().high; }
    /// Interactions of a photon per mm, at least as many as in any zone.
    double photon_bound(energy_grid::Place place) const {
        return bound_[place.i] + place.f * (bound_[place.i + 1] - bound_[place.i]);
    }
    /// Half the transverse size, mm; infinite when the detector does not say.
    double half_width() const { return half_width_; }
    const StepLimits& limits() const { return limits_; }
    const std::vector<std::unique_ptr<Medium>>& media() const { return media_; }

  private:
    std::vector<std::unique_ptr<Medium>> media_;
    std::vector<Zone> zones_;
    std::vector<double> bound_;  ///< on energy_grid, 1/mm
    std::vector<std::uint32_t>
        at_depth_;  ///< zone at the beginning of each of so many equal parts of the depth
    double half_width_;
    StepLimits limits_;
};

}  // namespace caloforge::montecarlo
