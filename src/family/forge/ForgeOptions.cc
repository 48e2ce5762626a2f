#include "family/forge/ForgeOptions.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "core/Error.hh"
#include "core/Log.hh"
#include "family/forge/SpectrumBend.hh"
#include "network/ForgeWriter.hh"

namespace caloforge::family::forge {
namespace {

/// As many cells of a line as `asked`, about the same middle.
std::size_t within(std::size_t asked, std::size_t cells) {
    return asked >= cells ? cells : asked + (cells - asked) % 2;
}

void use_grid(const geometry::Detector& detector, const data::ShowerDigest& seen,
              network::ForgeOptions& options) {
    const auto& grid = detector.grid();
    options.nx = grid.nx;
    options.ny = grid.ny;
    options.nz = grid.nz;
    options.cell_x = grid.cell_x;
    options.cell_y = grid.cell_y;
    options.impact = seen.extent(sample::impact_field.name).has_value();
    if (!differs(seen, sample::direction_field)) return;
    options.grid_x = grid.nx;
    options.grid_y = grid.ny;
    const auto window = static_cast<std::size_t>(options.window);
    options.nx = within(window, grid.nx);
    options.ny = within(window, grid.ny);
    for (std::size_t z = 0; z < grid.nz; ++z) options.depths.push_back(detector.layer_centre(z));
    if (options.clusters == 0 || options.clustered()) return;
    core::warning(
        "the window about the particles' axes has {} x {} cells of {} x {}: outside it nothing is drawn, "
        "which takes a square window and both axes odd or both even.",
        options.nx, options.ny, grid.nx, grid.ny);
}

/// Rings are about the particle's axis: there is no impact point.
void use_rings(const geometry::ReadoutRings& rings, network::ForgeOptions& options) {
    const auto& layer = rings.layers()[0];
    options.nx = layer.sectors;
    options.ny = layer.rings();
    options.nz = rings.layers().size();
    options.ring_edges = layer.edges;
    options.cell_x = options.cell_y = network::forge_ring_width(options);
    options.impact = false;
}

}  // namespace

bool differs(const data::ShowerDigest& seen, const sample::Field& field) {
    const auto extent = seen.extent(field.name);
    return extent && extent->low != extent->high;
}

std::vector<int> particles_of(const data::ShowerDigest& seen) {
    if (!differs(seen, sample::particle_field)) return {};
    std::set<int> kinds;
    for (const float code : seen.conditions.values(sample::particle_field.name))
        kinds.insert(static_cast<int>(code));
    constexpr std::size_t most = 16;
    if (kinds.size() > most) {
        throw core::InputError(
            fmt::format("the training showers are made by {} kinds of particles (PDG codes {} to {}); the "
                        "network forge learns at most {} at once. Is the field `particle` something else?",
                        kinds.size(), *kinds.begin(), *kinds.rbegin(), most));
    }
    return {kinds.begin(), kinds.end()};
}

network::ForgeOptions forge_options(const network::ForgeOptions& widths, const geometry::Detector& detector,
                                    const geometry::Readout& readout,
                                    const data::Normalisation& normalisation,
                                    const data::ShowerDigest& seen) {
    network::ForgeOptions options = widths;
    if (const geometry::ReadoutRings* rings = readout.rings())
        use_rings(*rings, options);
    else
        use_grid(detector, seen, options);
    options.particles = particles_of(seen);
    options.mip = detector.mip();
    options.response = normalisation.sampling_fraction;
    SpectrumBend bend = bend_of(seen.spectrum, options.mip);
    options.bend_from = std::move(bend.from);
    options.bend_to = std::move(bend.to);
    return options;
}

network::ForgeOptions forge_options_after(const network::WeightsFile& before, network::ForgeOptions options) {
    std::tie(options.bend_from, options.bend_to) = network::forge_bend(before.network("generator"));
    return options;
}

}  // namespace caloforge::family::forge
