// Detectors that ship with the tool are found by name.
#include "core/Shipped.hh"
#include "geometry/Detector.hh"

namespace caloforge::geometry {
namespace {
const core::ShippedKind detectors{"detector", "detectors", ".toml"};
}

std::vector<std::string> shipped_detectors() {
    return core::shipped_names(detectors);
}

Detector Detector::find(const std::string& name_or_file) {
    return load(core::find_shipped(detectors, name_or_file));
}

}  // namespace caloforge::geometry
