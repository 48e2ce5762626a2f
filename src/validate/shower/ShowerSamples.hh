#pragma once

#include "data/ShowerSet.hh"
#include "validate/statistics/SampleSet.hh"

namespace caloforge::validate {

/// A set of showers as samples with the fields `showers`, `energy` and what else they were made from (impact
/// point, direction) where the set holds it. The set must outlive it.
class ShowerSamples : public SampleSet {
  public:
    explicit ShowerSamples(const data::ShowerSet& set) : set_(&set) {}

    std::size_t size() const override { return set_->size(); }
    std::size_t bytes_per_sample() const override { return sizeof(float) * set_->readout().cells(); }
    std::vector<std::string> conditions() const override;
    void for_each_batch(std::size_t batch_size, const Visit& visit) const override;
    /// {"files", "layout", "cells": [X, Y, Z]} or, of cells in rings, [rings, sectors, layers].
    core::Json json() const override;

  private:
    const data::ShowerSet* set_;
};

}  // namespace caloforge::validate
