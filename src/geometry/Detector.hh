#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "geometry/Readout.hh"

namespace caloforge::geometry {

/// What a slab is made of. Composition in mass fractions that add up to one; density in g/cm3.
struct Material {
    std::string name;
    double density = 0;
    std::vector<std::pair<std::string, double>> fractions;  ///< element symbol, mass fraction
    /// Secondaries that do not get this far, mm, are not made in a simulation; the two below, where not 0,
    /// say so as kinetic energies, GeV.
    double range_cut = default_range_cut;
    double electron_cut = 0;
    double photon_cut = 0;

    static constexpr double default_range_cut = 0.7;
};

/// One slab of the stack along z.
struct Slab {
    std::string material;
    double thickness = 0;  ///< mm
    bool active = false;   ///< its deposits are what the grid reads out
};

/// How particles arrive: uniform over a rectangle about the axis at the front face.
struct Incidence {
    double spread_x = 0;  ///< full width, mm
    double spread_y = 0;  ///< full width, mm
};

/// A sampling calorimeter: a stack of slabs along z that starts at z = 0, read out on a regular grid whose
/// layers are the active slabs in order. Valid once constructed. Read-only, so any number of threads may
/// share one.
class Detector {
  public:
    /// Reads a detector file (doc/format/detector.md). Throws InputError naming file, line and key.
    static Detector load(const std::filesystem::path& path);
    static Detector parse(const std::string& toml, const std::string& source);
    /// A file (".toml" or a path) or the name of a shipped detector ("clic-ecal").
    static Detector find(const std::string& name_or_file);
    static Detector from_json(const core::Json& json);

    const std::string& name() const { return name_; }
    const ReadoutGrid& grid() const { return grid_; }
    const std::vector<Slab>& slabs() const { return slabs_; }
    const std::vector<Material>& materials() const { return materials_; }
    const Incidence& incidence() const { return incidence_; }
    /// How a simulation may be read out instead, where that is described; the layers are the grid's.
    const std::optional<ReadoutRings>& rings() const { return rings_; }
    /// Active slabs that are read out together as one cell layer.
    std::size_t slabs_per_layer() const { return slabs_per_layer_; }
    /// Width and height of the slabs, mm; 0 when they are taken to reach far beyond the shower.
    double transverse_size() const { return transverse_size_; }
    /// Uniform, in the whole stack, for simulations: tesla along x, y, z.
    const std::array<double, 3>& magnetic_field() const { return magnetic_field_; }
    /// Most probable deposit of a 10 GeV muon in one active layer, GeV.
    double mip() const { return mip_; }
    /// Depth of the whole stack, mm.
    double depth() const;
    /// z of the middle of active layer i, mm.
    double layer_centre(std::size_t i) const;

    /// The whole description, for the weights file; from_json(json()) is the same detector.
    core::Json json() const;

  private:
    Detector() = default;
    void check(const std::string& source) const;
    core::Json cylinder_json() const;
    void read_cylinder(const core::Json& json);

    std::string name_;
    ReadoutGrid grid_;
    std::vector<Material> materials_;
    std::vector<Slab> slabs_;
    Incidence incidence_;
    std::optional<ReadoutRings> rings_;
    double mip_ = 0;
    std::size_t slabs_per_layer_ = 1;
    double transverse_size_ = 0;
    std::array<double, 3> magnetic_field_{};
};

/// Names of the shipped detectors.
std::vector<std::string> shipped_detectors();

}  // namespace caloforge::geometry
