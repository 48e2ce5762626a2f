#include "montecarlo/Stack.hh"

#include <limits>
#include <map>

namespace caloforge::montecarlo {

Stack::Stack(const geometry::Detector& detector, const StepLimits& limits, Scattering scattering)
    : half_width_(detector.transverse_size() > 0 ? 0.5 * detector.transverse_size()
                                                 : std::numeric_limits<double>::infinity()) {
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
    const Vector& field = detector.magnetic_field();
    steps_ = std::make_unique<StepTable>(zones_, limits, scattering, MagneticField(field));
}

}  // namespace caloforge::montecarlo
