// The TOML form of a detector: doc/format/detector.md.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/AtomicFile.hh"
#include "core/ConfigTable.hh"
#include "core/Units.hh"
#include "geometry/Detector.hh"
#include "geometry/StackRules.hh"
#include "geometry/UsualMaterials.hh"

namespace caloforge::geometry {
namespace {

constexpr std::int64_t most_cells = 10000;    ///< per axis; more is a slip of the keyboard
constexpr std::int64_t most_repeats = 10000;  ///< of one layer

/// Fails at `key` when there is a problem.
void require(const core::ConfigTable& table, const std::string& key, const std::string& problem) {
    if (!problem.empty()) table.fail(key, problem);
}

double positive_length(core::ConfigTable& table, const std::string& key) {
    const double value = table.number(key);
    require(table, key, problem_with_thickness(value));
    return value * units::mm;
}

ReadoutGrid read_grid(core::ConfigTable table) {
    ReadoutGrid grid;
    grid.nx = static_cast<std::size_t>(table.integer_in("nx", 1, most_cells));
    grid.ny = static_cast<std::size_t>(table.integer_in("ny", 1, most_cells));
    grid.nz = static_cast<std::size_t>(table.integer_in("nz", 1, most_cells));
    grid.cell_x = positive_length(table, "cell_x");
    grid.cell_y = positive_length(table, "cell_y");
    return grid;
}

Incidence read_incidence(core::ConfigTable table, const ReadoutGrid& grid) {
    Incidence incidence;
    incidence.spread_x = table.number_in("spread_x", 0, 1e6, grid.cell_x) * units::mm;
    incidence.spread_y = table.number_in("spread_y", 0, 1e6, grid.cell_y) * units::mm;
    if (table.has("theta_degrees")) {
        table.fail(
            "theta_degrees",
            "is nothing that a detector has (every shower has a direction of its own). Leave it out, and "
            "simulate with the condition `theta`?");
    }
    return incidence;
}

std::array<double, 3> read_field(core::ConfigTable& root) {
    const char* key = "magnetic_field_tesla";
    const std::vector<double> along = root.numbers(key, std::vector<double>{0, 0, 0});
    if (along.size() != 3)
        root.fail(key,
                  fmt::format("holds {} numbers (along x, y and z are wanted: [0, 0, 3.8])", along.size()));
    const std::array<double, 3> field = {along[0], along[1], along[2]};
    require(root, key, problem_with_field(field));
    return field;
}

ReadoutRings read_rings(core::ConfigTable table, std::size_t layers) {
    const auto rings = static_cast<std::size_t>(table.integer_in("rings", 1, most_cells));
    const auto sectors = static_cast<std::size_t>(table.integer_in("sectors", 1, most_cells));
    return ReadoutRings::regular(layers, sectors, rings, positive_length(table, "ring_width"));
}

Material read_material(core::ConfigTable table) {
    Material material;
    material.name = table.text("name");
    material.density = table.number("density");
    require(table, "density", problem_with_density(material));
    const auto elements = table.texts("elements");
    const auto fractions = table.numbers("fractions");
    if (elements.size() != fractions.size()) {
        table.fail("fractions", fmt::format("holds {} numbers for {} elements (one each is wanted)",
                                            fractions.size(), elements.size()));
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
        material.fractions.emplace_back(elements[i], fractions[i]);
    }
    require(table, "fractions", problem_with_fractions(material));
    const auto optional_positive = [&](const char* key, double fallback) {
        if (!table.has(key)) return fallback;
        const double value = table.number(key);
        require(table, key, problem_with_cut(value));
        return value;
    };
    material.range_cut = optional_positive("range_cut", Material::default_range_cut);
    material.electron_cut = optional_positive("electron_cut_mev", 0) * units::MeV;
    material.photon_cut = optional_positive("photon_cut_mev", 0) * units::MeV;
    return material;
}

/// The slabs by name, each stated once, for the layers to be put together from.
std::map<std::string, Slab> read_slabs(std::vector<core::ConfigTable> tables,
                                       const std::vector<std::string>& materials) {
    std::vector<std::string> known = materials;
    for (const Material& usual : usual_materials()) known.push_back(usual.name);
    std::map<std::string, Slab> slabs;
    for (auto& table : tables) {
        const std::string name = table.text("name");
        Slab slab;
        slab.material = table.text("material");
        if (!find_usual_material(slab.material))
            require(table, "material", problem_with_name(slab.material, known, "material"));
        slab.thickness = positive_length(table, "thickness");
        slab.active = table.boolean("active", false);
        if (!slabs.emplace(name, slab).second) {
            table.fail("name", fmt::format("is \"{}\" (a slab above has that name)", name));
        }
    }
    return slabs;
}

std::vector<Slab> read_stack(std::vector<core::ConfigTable> tables,
                             const std::map<std::string, Slab>& slabs) {
    std::vector<std::string> names;
    for (const auto& [name, slab] : slabs) names.push_back(name);
    std::vector<Slab> stack;
    for (auto& table : tables) {
        const auto repeat = table.integer_in("repeat", 1, most_repeats, 1);
        const auto members = table.texts("slabs");
        for (const auto& member : members) require(table, "slabs", problem_with_name(member, names, "slab"));
        for (std::int64_t i = 0; i < repeat; ++i) {
            for (const auto& member : members) stack.push_back(slabs.at(member));
        }
    }
    return stack;
}

}  // namespace

Detector Detector::load(const std::filesystem::path& path) {
    return parse(core::read_text(path), path.string());
}

Detector Detector::parse(const std::string& toml, const std::string& source) {
    auto root = core::ConfigTable::parse(toml, source);
    Detector detector;
    detector.name_ = root.text("name");
    const double mip_mev = root.number("mip_mev");
    require(root, "mip_mev", problem_with_mip(mip_mev));
    detector.mip_ = mip_mev * units::MeV;
    detector.grid_ = read_grid(root.table("grid"));
    detector.slabs_per_layer_ =
        static_cast<std::size_t>(root.table("grid").integer_in("slabs_per_layer", 1, most_repeats, 1));
    detector.transverse_size_ = root.number_in("transverse_size", 0, 1e6, 0.0) * units::mm;
    detector.magnetic_field_ = read_field(root);
    detector.incidence_ = read_incidence(root.table("incidence"), detector.grid_);
    if (root.has("cylinder")) detector.rings_ = read_rings(root.table("cylinder"), detector.grid_.nz);
    std::vector<std::string> materials;
    for (const auto& table : root.tables("material")) {
        detector.materials_.push_back(read_material(table));
        const auto& name = detector.materials_.back().name;
        if (problem_with_name(name, materials, "material").empty()) {
            table.fail("name", fmt::format("is \"{}\" (a material above has that name)", name));
        }
        materials.push_back(name);
    }
    const auto slabs = read_slabs(root.tables("slab"), materials);
    detector.slabs_ = read_stack(root.tables("layer"), slabs);
    for (const auto& [name, slab] : slabs) {
        const bool described =
            std::find(materials.begin(), materials.end(), slab.material) != materials.end();
        if (described) continue;
        materials.push_back(slab.material);
        detector.materials_.push_back(*find_usual_material(slab.material));
    }
    root.finish();
    require(root.table("grid"), "nz",
            problem_with_layers(detector.slabs_, detector.slabs_per_layer_, detector.grid_));
    detector.check(source);
    return detector;
}

}  // namespace caloforge::geometry
