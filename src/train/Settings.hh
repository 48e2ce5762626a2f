#pragma once

#include "core/Json.hh"

namespace caloforge::train {

/// What one family is told besides what every training is told (TrainConfig): each family has its own.
class Settings {
  public:
    virtual ~Settings() = default;
    /// What must not change between the parts of a resumed training; a difference is named by its key.
    virtual core::Json physics() const = 0;
    /// The rest, for run.json: ranks agree on both.
    virtual core::Json others() const { return core::Json::object(); }
    /// Cells scaled to unit RMS for the network, or GeV.
    virtual bool fit_cell_scale() const { return true; }
};

}  // namespace caloforge::train
