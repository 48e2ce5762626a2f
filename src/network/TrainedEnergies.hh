#pragma once

#include "core/Json.hh"

namespace caloforge::network {

/// The incident energies that a model was trained on, GeV: `conditions.energy` of its document.
class TrainedEnergies {
  public:
    /// Throws InputError for a document without a usable range: a file from elsewhere may hold anything.
    explicit TrainedEnergies(const core::Json& document);

    double low() const { return low_; }
    double high() const { return high_; }
    /// Whether an energy lies within, but for a five-hundredth of the range at either end: it is that of the
    /// showers seen, whose ends fall a little short of what they were drawn from (4,000 showers out of 10:500
    /// begin at 10.06 GeV). False for NaN.
    bool hold(double energy) const;

  private:
    double low_;
    double high_;
};

}  // namespace caloforge::network
