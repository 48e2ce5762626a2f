#pragma once

#include <string>

#include "geometry/Readout.hh"

namespace caloforge::data {

/// How a file writes showers down (doc/format/showers.md): which data sets, which units. What the
/// cells are, the read-out says. Recognised by content, never by name.
enum class Layout {
    fixed_angle,     ///< 3DGAN: `ECAL` (N, X, Y, Z), `target`
    variable_angle,  ///< 3DGAN: `ECAL` (N, X, Y, Z), `energy`, `theta`
    calochallenge    ///< `showers` (N, cells), `incident_energies`
};
std::string to_string(Layout layout);
/// The layout that new files of such cells get unless another is asked for.
Layout usual_layout(const geometry::Readout& readout);

/// Attributes of our own files. Of `showers`: the read-out as JSON.
inline constexpr const char* readout_attribute = "readout";
/// Of a data set that holds a condition under its own name: its unit.
inline constexpr const char* condition_attribute = "condition_unit";

/// Whether a data set of our own may be called so: a letter, then letters, digits and underscores; none of
/// the names that the layouts use themselves.
bool is_condition_name(const std::string& name);

}  // namespace caloforge::data
