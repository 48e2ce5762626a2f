#pragma once

#include <string>
#include <vector>

#include "sample/Shape.hh"

namespace caloforge::sample {

/// A named array over samples: what a data set, a port of a network, a request or a file holds. Values are
/// float32, (N, shape...), row-major. One name means one thing everywhere.
struct Field {
    std::string name;
    Shape shape;       ///< of one sample
    std::string unit;  ///< "GeV", "mm", "rad", "1"
    bool operator==(const Field&) const = default;

    std::size_t elements() const { return static_cast<std::size_t>(element_count(shape)); }
};
using Fields = std::vector<Field>;

/// The field of that name, or null.
const Field* find(const Fields& fields, const std::string& name);

/// The conditions that have a standard name. A PDG code is a float32 as all values are: exact up to 2^24 in
/// magnitude, which every particle but nuclei is.
inline const Field energy_field{"energy", {1}, "GeV"};        ///< incident kinetic energy
inline const Field impact_field{"impact", {2}, "mm"};         ///< x0, y0 on the front face, from the axis
inline const Field direction_field{"direction", {2}, "rad"};  ///< theta to +z, phi
inline const Field particle_field{"particle", {1}, "1"};      ///< PDG code
/// All of them, in the order in which files list them.
const std::vector<const Field*>& standard_fields();
inline constexpr const char* showers_name = "showers";  ///< GeV deposited in the active material

}  // namespace caloforge::sample
