#pragma once

#include <memory>
#include <span>
#include <vector>

#include "validate/shower/ShowerObserver.hh"
#include "validate/statistics/Observables.hh"

namespace caloforge::validate {

/// The event-level observables: numbers that physicists cut on, of the whole shower and of each layer. A
/// number that an empty shower or layer does not have is NaN. Which there are depends on the read-out.
/// Samples are rows as ShowerObserver::observe takes them. The observer must outlive them.
class EventObservables : public Observables {
  public:
    explicit EventObservables(const ShowerObserver& observer);

    void fill(const sample::Row& sample, std::span<float> row) const override;
    std::unique_ptr<Tally> tally(const Bins& bins, const std::vector<Slicing>& slicings) const override;

    const ShowerObserver& observer() const { return *observer_; }
    /// One row (list().size()) of the table, from what the observer made of a shower.
    void fill(const ShowerObservables& shower, std::span<float> row) const;

  private:
    const ShowerObserver* observer_;
};

}  // namespace caloforge::validate
