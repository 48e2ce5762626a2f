#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "validate/Observables.hh"

namespace caloforge::validate {

/// One number per shower, as tables and pages speak of it.
struct ObservableInfo {
    std::string name;    ///< "width_x"; of one layer "layer_width_x_07"
    std::string label;   ///< "width in x [mm]"
    std::string family;  ///< of one layer: "layer_width_x"; else empty
};

/// The event-level observables: numbers that physicists cut on, of the whole shower and of each layer. A
/// number that an empty shower or layer does not have is NaN. Read-only once constructed.
class EventObservables {
  public:
    explicit EventObservables(const ShowerObserver& observer);

    /// Of the whole shower first (event_level() of them), then family by family, layer by layer.
    const std::vector<ObservableInfo>& list() const { return list_; }
    std::size_t size() const { return list_.size(); }
    std::size_t event_level() const { return event_level_; }
    std::size_t layers() const { return observer_->grid().nz; }
    std::vector<std::string> names() const;

    /// One row (size()) of the table of showers.
    void fill(const ShowerObservables& shower, std::span<float> row) const;

  private:
    void fill_event(const ShowerObservables& shower, float* out) const;
    void fill_layers(const ShowerObservables& shower, float* out) const;

    const ShowerObserver* observer_;
    std::vector<ObservableInfo> list_;
    std::size_t event_level_ = 0;
    std::vector<bool> edge_;  ///< (X, Y)
};

}  // namespace caloforge::validate
