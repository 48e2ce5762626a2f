#pragma once

#include "TrainOptions.hh"
#include "comm/Communicator.hh"

namespace caloforge::app {

/// A whole training, as `caloforge train` runs it, on this rank. Throws as train::Training does, and
/// UsageError for flags that do not go together or with the configuration.
void run_training(const TrainOptions& options, comm::Communicator& communicator);

}  // namespace caloforge::app
