#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "sample/Columns.hh"

namespace caloforge::validate {

/// A set of samples that is read batch by batch, as often as asked.
class SampleSet {
  public:
    /// The samples of a batch, good until the visit ends, and the number of the first in the set.
    using Visit = std::function<void(const sample::ColumnsView& samples, std::size_t first)>;

    virtual ~SampleSet() = default;
    virtual std::size_t size() const = 0;
    virtual std::size_t bytes_per_sample() const = 0;
    /// Names of the fields that the samples were made from, beside the binning variable's.
    virtual std::vector<std::string> conditions() const { return {}; }
    /// Consecutive batches of at most `batch_size` samples, in order. The fields are those that the
    /// observables ask for, the binning variable's and conditions().
    virtual void for_each_batch(std::size_t batch_size, const Visit& visit) const = 0;
    /// Members that metrics.json has of the set beside those of every kind.
    virtual core::Json json() const = 0;
};

}  // namespace caloforge::validate
