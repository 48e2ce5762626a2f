#include "montecarlo/Stack.hh"

#include <algorithm>
#include <limits>
#include <map>

namespace caloforge::montecarlo {

Stack::Stack(const geometry::Detector& detector, const StepLimits& limits, Scattering scattering)
    : half_width_(detector.transverse_size() > 0 ? 0.5 * detector.transverse_size()
                                                 : std::numeric_limits<double>::infinity()),
      limits_(limits) {
    std::map<std::string, const Medium*> by_name;
    for (const geometry::Material& material : detector.materials()) {
        Cuts cuts{material.electron_cut, material.photon_cut};
        if (!(cuts.electron > 0 && cuts.photon > 0)) {
            const Cuts converted = cuts_for_range(material, material.range_cut);
            if (!(cuts.electron > 0)) cuts.electron = converted.electron;
            if (!(cuts.photon > 0)) cuts.photon = converted.photon;
        }
        media_.push_back(std::make_unique<Medium>(material, cuts, limits, scattering));
        by_name[material.name] = media_.back().get();
    }
    double z = 0;
    int active = 0;
    const int merged = static_cast<int>(detector.slabs_per_layer());
    for (const geometry::Slab& slab : detector.slabs()) {
        zones_.push_back(
            {z, z + slab.thickness, by_name.at(slab.material), slab.active ? active++ / merged : -1});
        z += slab.thickness;
    }
    bound_.resize(energy_grid::points);
    for (std::size_t i = 0; i < bound_.size(); ++i) {
        for (const Zone& zone : zones_) {
            const double here = zone.medium->photon(energy_grid::place(energy_grid::energy(i))).total();
            bound_[i] = std::max(bound_[i], here);
        }
    }
    // Four to a zone, so that few lie between a part's beginning and a point in it.
    at_depth_.resize(4 * zones_.size());
    for (std::size_t i = 0, zone = 0; i < at_depth_.size(); ++i) {
        const double begin = z * static_cast<double>(i) / static_cast<double>(at_depth_.size());
        while (zone + 1 < zones_.size() && zones_[zone].high <= begin) ++zone;
        at_depth_[i] = static_cast<std::uint32_t>(zone);
    }
}

std::size_t Stack::zone_at(double z) const {
    const auto parts = static_cast<double>(at_depth_.size());
    const auto part = static_cast<std::size_t>(std::clamp(z / depth() * parts, 0.0, parts - 1));
    std::size_t zone = at_depth_[part];
    while (zone + 1 < zones_.size() && zones_[zone].high <= z) ++zone;
    while (zone > 0 && zones_[zone].low > z) --zone;
    return zone;
}

}  // namespace caloforge::montecarlo
