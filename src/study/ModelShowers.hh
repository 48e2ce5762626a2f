#pragma once

#include <span>

#include "data/ShowerBatch.hh"
#include "infer/Team.hh"

namespace caloforge::study {

/// Showers of a model, with all their conditions. Throws as infer::Session::run, and InputError for a model
/// of something else.
data::ShowerBatch make_showers(infer::Team& team, std::span<const sample::Key> keys,
                               const sample::ColumnsView& conditions);

}  // namespace caloforge::study
