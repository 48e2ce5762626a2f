#pragma once

#include <cmath>
#include <cstdint>

namespace caloforge::montecarlo {

/// A sum of energies that does not depend on the order of its terms: in whole units of 2^-48 GeV (4 ueV), up
/// to 32 TeV.
class EnergySum {
  public:
    void add(double energy) { units_ += std::llrint(energy * per_gev); }
    EnergySum& operator+=(EnergySum other) {
        units_ += other.units_;
        return *this;
    }
    double value() const { return static_cast<double>(units_) / per_gev; }  ///< GeV

  private:
    static constexpr double per_gev = 0x1p48;
    std::int64_t units_ = 0;
};

}  // namespace caloforge::montecarlo
