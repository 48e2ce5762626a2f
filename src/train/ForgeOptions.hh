#pragma once

#include "data/Normalisation.hh"
#include "geometry/Detector.hh"
#include "network/Forge.hh"
#include "train/Survey.hh"
#include "train/TrainConfig.hh"

namespace caloforge::train {

/// The options of a forge network for these showers. Throws InputError for a grid that it cannot be made for.
network::ForgeOptions forge_options(const TrainConfig& config, const geometry::Detector& detector,
                                    const data::Normalisation& normalisation, const Survey& survey);

}  // namespace caloforge::train
