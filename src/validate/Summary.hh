#pragma once

#include <functional>
#include <string>

#include "data/ShowerSet.hh"
#include "validate/Accumulator.hh"
#include "validate/EventObservables.hh"
#include "validate/ObservableTable.hh"

namespace caloforge::validate {

/// One set of showers, reduced.
struct Summary {
    Accumulator sums;
    EnergyExtent energies;  ///< of all showers read, compared or not
    ObservableTable table;  ///< every shower read, in order, compared or not
};

/// How a set is read; none of it changes the result.
struct ReadPlan {
    std::size_t batch_size = 256;
    std::size_t threads = 0;  ///< threads that compute, beside the one that reads; 0: one per core
    std::function<void(std::size_t)>
        on_showers;  ///< called with the number of showers read, after each batch
};

/// Reads the set once, in memory for the observables (about 600 bytes a shower) and four batches (of at most
/// 32 MiB, or of one shower): this thread
/// reads, others reduce. `name` is for messages. Throws InputError for a shower without incident energy, and
/// what reading throws.
Summary summarise(const data::ShowerSet& set, const std::string& name, const ShowerObserver& observer,
                  const EventObservables& observables, const EnergyBins& bins, const ReadPlan& plan);

}  // namespace caloforge::validate
