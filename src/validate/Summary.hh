#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "validate/statistics/Bins.hh"
#include "validate/statistics/ObservableTable.hh"
#include "validate/statistics/Observables.hh"
#include "validate/statistics/SampleSet.hh"
#include "validate/statistics/Slicing.hh"

namespace caloforge::validate {

/// One set of samples, reduced.
struct Summary {
    std::unique_ptr<Tally> tally;  ///< of the compared samples; null when its kind has none
    Extent extent;                 ///< of all samples read, compared or not
    ObservableTable table;         ///< every sample read, in order, compared or not
};

/// How a set is read; none of it changes the result.
struct ReadPlan {
    std::size_t batch_size = 256;
    std::size_t threads = 0;  ///< threads that compute, beside the one that reads; 0: one per core
    std::function<void(std::size_t)>
        on_samples;  ///< called with the number of samples read, after each batch
};

/// Reads the set once, in memory for the observables (of showers about 600 bytes each) and four batches (of
/// at most 32 MiB, or of one sample): this thread reads, others reduce. `name` is for messages. Throws
/// InputError for a sample without a value of the binning variable, or of a slicing's field, and what reading
/// throws.
Summary summarise(const SampleSet& set, const std::string& name, const Observables& observables,
                  const Binning& binning, const Range& compared, const ReadPlan& plan,
                  const std::vector<Slicing>& slicings = {});

}  // namespace caloforge::validate
