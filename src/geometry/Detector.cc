#include "geometry/Detector.hh"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "core/Error.hh"
#include "geometry/StackRules.hh"

namespace caloforge::geometry {

double Detector::depth() const {
    return std::accumulate(slabs_.begin(), slabs_.end(), 0.0,
                           [](double z, const Slab& slab) { return z + slab.thickness; });
}

double Detector::layer_centre(std::size_t i) const {
    double z = 0, sum = 0;
    std::size_t active = 0;
    for (const Slab& slab : slabs_) {
        if (slab.active && active++ / slabs_per_layer_ == i) sum += z + 0.5 * slab.thickness;
        z += slab.thickness;
    }
    if (i < grid_.nz) return sum / static_cast<double>(slabs_per_layer_);
    throw core::InputError(
        fmt::format("detector {} has no layer {} (it has {}, counted from 0)", name_, i, grid_.nz));
}

void Detector::check(const std::string& source) const {
    const auto require = [&](const std::string& key, const std::string& problem) {
        if (!problem.empty()) throw core::InputError(fmt::format("{}: `{}` {}", source, key, problem));
    };
    require("mip", problem_with_mip(mip_));
    for (const auto& [key, cells] : {std::pair{"nx", grid_.nx}, {"ny", grid_.ny}, {"nz", grid_.nz}}) {
        require(key, cells > 0 ? "" : "is 0 (at least one cell along each axis is wanted)");
    }
    require("slabs_per_layer", slabs_per_layer_ > 0 ? "" : "is 0 (at least one slab is wanted)");
    require("transverse_size", std::isfinite(transverse_size_) && transverse_size_ >= 0
                                   ? ""
                                   : fmt::format("is {} (at least 0 mm is wanted)", transverse_size_));
    require("magnetic_field", problem_with_field(magnetic_field_));
    for (const double cell : {grid_.cell_x, grid_.cell_y}) require("cell size", problem_with_thickness(cell));
    for (const double spread : {incidence_.spread_x, incidence_.spread_y}) {
        require("spread", std::isfinite(spread) && spread >= 0
                              ? ""
                              : fmt::format("is {} (a width of at least 0 mm is wanted)", spread));
    }
    std::vector<std::string> names;
    for (const auto& material : materials_) {
        require("density", problem_with_density(material));
        require("fractions", problem_with_fractions(material));
        require("range_cut", problem_with_cut(material.range_cut));
        names.push_back(material.name);
    }
    for (const auto& slab : slabs_) {
        require("material", problem_with_name(slab.material, names, "material"));
        require("thickness", problem_with_thickness(slab.thickness));
    }
    require("nz", problem_with_layers(slabs_, slabs_per_layer_, grid_));
}

// A detector has rings of one width, all layers alike.
core::Json Detector::cylinder_json() const {
    if (!rings_) return {{"rings", 0}, {"sectors", 0}, {"ring_width", 0.0}};
    const auto& layer = rings_->layers()[0];
    return {{"rings", layer.rings()}, {"sectors", layer.sectors}, {"ring_width", layer.edges[1]}};
}

core::Json Detector::json() const {
    core::Json materials = core::Json::array();
    for (const auto& material : materials_) {
        core::Json fractions = core::Json::object();
        for (const auto& [element, fraction] : material.fractions) fractions[element] = fraction;
        materials.push_back({{"name", material.name},
                             {"density", material.density},
                             {"fractions", fractions},
                             {"range_cut", material.range_cut},
                             {"electron_cut", material.electron_cut},
                             {"photon_cut", material.photon_cut}});
    }
    core::Json slabs = core::Json::array();
    for (const auto& slab : slabs_) {
        slabs.push_back(
            {{"material", slab.material}, {"thickness", slab.thickness}, {"active", slab.active}});
    }
    core::Json out = {{"name", name_},
                      {"mip_gev", mip_},
                      {"grid", grid_.json()},
                      {"slabs_per_layer", slabs_per_layer_},
                      {"transverse_size", transverse_size_},
                      {"incidence", {{"spread_x", incidence_.spread_x}, {"spread_y", incidence_.spread_y}}},
                      {"cylinder", cylinder_json()},
                      {"materials", materials},
                      {"slabs", slabs}};
    // Only where there is one, so that detectors without are described as they always were.
    if (magnetic_field_ != std::array<double, 3>{}) out["magnetic_field"] = magnetic_field_;
    return out;
}

void Detector::read_cylinder(const core::Json& json) {
    const auto rings = json.at("rings").get<std::size_t>();
    if (rings == 0) return;
    const auto width = json.at("ring_width").get<double>();
    if (const std::string problem = problem_with_thickness(width); !problem.empty())
        throw core::InputError(fmt::format("detector {} in JSON: `ring_width` {}", name_, problem));
    rings_ = ReadoutRings::regular(grid_.nz, json.at("sectors").get<std::size_t>(), rings, width);
}

Detector Detector::from_json(const core::Json& json) {
    Detector detector;
    try {
        detector.name_ = json.at("name").get<std::string>();
        detector.mip_ = json.at("mip_gev").get<double>();
        detector.grid_ = ReadoutGrid::from_json(json.at("grid"));
        // Weights files of the first releases lack what only a simulation needs.
        detector.slabs_per_layer_ = json.value("slabs_per_layer", std::size_t{1});
        detector.transverse_size_ = json.value("transverse_size", 0.0);
        if (json.contains("magnetic_field"))
            detector.magnetic_field_ = json.at("magnetic_field").get<std::array<double, 3>>();
        detector.incidence_.spread_x = json.at("incidence").at("spread_x").get<double>();
        detector.incidence_.spread_y = json.at("incidence").at("spread_y").get<double>();
        if (json.contains("cylinder")) detector.read_cylinder(json.at("cylinder"));
        for (const auto& entry : json.at("materials")) {
            Material material;
            material.name = entry.at("name").get<std::string>();
            material.density = entry.at("density").get<double>();
            material.range_cut = entry.value("range_cut", Material::default_range_cut);
            material.electron_cut = entry.value("electron_cut", 0.0);
            material.photon_cut = entry.value("photon_cut", 0.0);
            for (const auto& [element, fraction] : entry.at("fractions").items()) {
                material.fractions.emplace_back(element, fraction.get<double>());
            }
            detector.materials_.push_back(std::move(material));
        }
        for (const auto& entry : json.at("slabs")) {
            detector.slabs_.push_back({entry.at("material").get<std::string>(),
                                       entry.at("thickness").get<double>(), entry.at("active").get<bool>()});
        }
    } catch (const core::Json::exception& error) {
        throw core::InputError(fmt::format(
            "cannot read a detector from JSON ({}). Was it written by another version?", error.what()));
    }
    detector.check("detector " + detector.name_ + " in JSON");
    return detector;
}

}  // namespace caloforge::geometry
