#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sample/Columns.hh"
#include "validate/statistics/Bins.hh"
#include "validate/statistics/ObservableList.hh"
#include "validate/statistics/Slicing.hh"
#include "validate/statistics/Tally.hh"

namespace caloforge::validate {

/// The observables of a kind of sample, and how they follow from it: all that two sets need to be compared.
/// Read-only once constructed; any number of threads.
class Observables {
  public:
    explicit Observables(ObservableList list) : list_(std::move(list)) {}
    virtual ~Observables() = default;

    const ObservableList& list() const { return list_; }
    /// `row`: list().size() numbers, NaN for those that the sample does not have.
    virtual void fill(const sample::Row& sample, std::span<float> row) const = 0;
    /// For a kind of sample that has metrics or drawings beyond its observables; null where there are none.
    /// These observables must outlive it.
    virtual std::unique_ptr<Tally> tally(const Bins& bins, const std::vector<Slicing>& slicings) const;

  private:
    ObservableList list_;
};

inline std::unique_ptr<Tally> Observables::tally(const Bins&, const std::vector<Slicing>&) const {
    return nullptr;
}

}  // namespace caloforge::validate
