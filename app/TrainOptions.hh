#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/ConfigTable.hh"
#include "study/BestCheckpoint.hh"

namespace caloforge::app {

/// What the command line says of a training.
struct TrainOptions {
    /// The configuration file with the flags laid over it; throws what is wrong with the file.
    std::function<core::ConfigTable()> table;
    std::string start_from;  ///< a flag that only some families have a key for
    std::string out = "runs/train";
    std::string timeline;
    bool resume = false;
    bool print_config = false;
    bool json = false;
    study::SelectionOptions selection;
};

}  // namespace caloforge::app
