#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <utility>

namespace caloforge::generate {

/// What N showers are made from. Looks at the caller's memory.
struct Conditions {
    Conditions() = default;
    Conditions(std::span<const float> energies, std::span<const float> points)
        : incident(energies), impact(points) {}
    /// Energies alone, in whatever a span can look at.
    template <class Energies>
    requires std::convertible_to<Energies, std::span<const float>> Conditions(Energies&& energies)
        : incident(std::forward<Energies>(energies)) {}

    std::span<const float> incident;  ///< (N), incident kinetic energy, GeV
    /// (N, 2), impact point x0, y0 in mm, or empty: then it is drawn, uniform over the central cell. Networks
    /// without an input `impact` do not look at it.
    std::span<const float> impact;

    std::size_t size() const { return incident.size(); }
    Conditions part(std::size_t begin, std::size_t count) const {
        return {incident.subspan(begin, count),
                impact.empty() ? impact : impact.subspan(2 * begin, 2 * count)};
    }
};

}  // namespace caloforge::generate
