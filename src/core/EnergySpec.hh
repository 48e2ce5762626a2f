#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace caloforge::core {

/// Incident energies of a run, GeV: one value ("50"), a range drawn uniformly ("10:500") or a list that is
/// gone through in turn ("50,100,200"). Shower i's energy is a function of (seed, i).
class EnergySpec {
  public:
    /// Throws UsageError naming `--energy`; energies must be finite and positive.
    static EnergySpec parse(const std::string& text);

    double low() const { return low_; }
    double high() const { return high_; }
    double energy(std::uint64_t seed, std::uint64_t shower) const;
    const std::string& text() const { return text_; }

  private:
    std::string text_;
    std::vector<double> list_;  ///< empty for a range
    double low_ = 0;
    double high_ = 0;
};

}  // namespace caloforge::core
