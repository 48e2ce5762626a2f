#pragma once

#include <memory>
#include <vector>

#include "geometry/Detector.hh"
#include "montecarlo/StepTable.hh"

namespace caloforge::montecarlo {

/// The detector's slabs as the transport sees them. Read-only once constructed.
class Stack {
  public:
    using Zone = montecarlo::Zone;

    /// Cross-sections are tabulated here (a second or less). Throws InputError for unknown elements and for
    /// cuts beyond 10 TeV.
    explicit Stack(const geometry::Detector& detector, const StepLimits& limits = {},
                   Scattering scattering = Scattering::geant4);

    const std::vector<Zone>& zones() const { return zones_; }
    /// Half the transverse size, mm; infinite when the detector does not say.
    double half_width() const { return half_width_; }
    const StepTable& steps() const { return *steps_; }
    const std::vector<std::unique_ptr<Medium>>& media() const { return media_; }

  private:
    std::vector<std::unique_ptr<Medium>> media_;
    std::vector<Zone> zones_;
    double half_width_;
    std::unique_ptr<const StepTable> steps_;
};

}  // namespace caloforge::montecarlo
