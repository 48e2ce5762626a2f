#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "network/NetworkSpec.hh"

namespace caloforge::network {

/// What a forge network is made for and how wide it is.
struct ForgeOptions {
    /// Cells that are drawn; nz at least 2, nx and ny at least 4. With `depths` of a window about the
    /// particle's axis, which moves from layer to layer, else of the whole read-out.
    std::size_t nx = 0, ny = 0, nz = 0;
    std::size_t grid_x = 0, grid_y = 0;  ///< cells of the read-out where they are more than nx, ny; else 0
    double cell_x = 1, cell_y = 1;       ///< mm
    double mip = 1;                      ///< GeV: the unit of energies inside the network
    double response = 1;                 ///< mean deposited energy per incident energy, GeV / GeV
    bool impact = true;                  ///< takes the impact point; else showers are about the axis
    /// How deep the layers' active material lies behind the front face, mm, nz of them: takes the direction.
    /// Empty: particles are perpendicular.
    std::vector<double> depths;
    /// Cylindrical cells: the rings' edges, mm, ny + 1 of them; nx is then the number of sectors, even, and
    /// showers are about the middle of the rings. Empty: Cartesian ones.
    std::vector<double> ring_edges;
    std::vector<int>
        particles;  ///< PDG codes, at least two: takes the particle. Empty: it is always the same
    /// The line that bends the logarithms of the cells' energies in MIP (`from` and `to` of the `sample`
    /// layers): made so that what is drawn has a smooth distribution before it. Empty: no line.
    std::vector<double> bend_from, bend_to;
    std::int64_t window = 25;             ///< cells along x and y that are drawn, where it moves
    std::int64_t clusters = 256;          ///< outside the window, where it moves and is a square; at most
    std::int64_t energy_hidden = 32;      ///< of the networks of the layers' energies
    std::int64_t energy_bottleneck = 32;  ///< numbers that splits of a level know of all drawn before
    std::int64_t profile_hidden = 96;     ///< of the network that reads all layers' energies
    std::int64_t past_layers = 4;         ///< that a layer's cells are made from
    std::int64_t past_kernel = 3;         ///< cells along x and y that each of them is seen with; odd
    std::int64_t past_channels = 6;       ///< made of them
    std::int64_t channels = 8;            ///< of the second convolution
    std::int64_t hidden = 12;             ///< of the networks of the cells
    std::int64_t core = 32;               ///< of those of the cells in the middle of the window

    /// The window moves with the particle's axis.
    bool moving() const { return !depths.empty(); }
    bool cylindrical() const { return !ring_edges.empty(); }
    /// Clusters are drawn outside the window.
    bool clustered() const { return moving() && clusters > 0 && nx == ny && (wide_x() - wide_y()) % 2 == 0; }
    std::size_t wide_x() const { return grid_x > 0 ? grid_x : nx; }
    std::size_t wide_y() const { return grid_y > 0 ? grid_y : ny; }
};

/// A group of numbers that a forge network draws at once: what a training has to tell it instead.
struct ForgeSample {
    enum class Kind {
        response,  ///< E_dep / (incident energy * response)
        outcome,   ///< of the splits of level z (forge_levels()), (1, splits): 0 where the first side is
                   ///< empty, 1 where the other is, 2 where neither is
        ratio,     ///< of the same, (1, splits): the first side's energy over the other's, where neither is
                   ///< empty
        width,     ///< the shower's blurred mean square distance from the particle's axis, cells squared
        cluster_choice,  ///< of the clusters outside the window (ForgeClusters): their number (1, 1), the
                         ///< ring of each (1, clusters), counted through all layers, its sector (1, clusters)
        cluster_energy,  ///< of their largest cells (1, clusters), MIP, and of the neighbours at their edges
                         ///< and corners, in proportion to those (1, 4, clusters)
        centre,          ///< e to the power of the shower's blurred centre along axis z (0: x, 1: y), cells
        cells            ///< of layer z: cells (px + 2 i, py + 2 j), in MIP
    };
    std::string name;  ///< of the `sample` layer
    Kind kind = Kind::response;
    std::size_t z = 0;
    std::size_t px = 0, py = 0;
};

/// Caloforge's own generator: an explicit distribution of the cells of a shower, factor by factor.
///
/// 1. The deposited energy given the incident energy.
/// 2. How it is divided between the halves of the calorimeter, between the halves of those, and so on down to
///    single layers (forge_levels()). So the layers' energies sum up to the deposited energy.
/// 3. How wide the shower is, and where its centre of energy lies beside the impact point, both blurred as
/// its
///    training says.
/// 4. Layer after layer from the front, the cells, in four interleaved groups of (x, y): (even, even),
///    (odd, odd), (even, odd), (odd, even). A group is drawn from independent distributions, given the
///    layer's energy, all layers' energies, the impact point, the blurred width and centre, the layers before
///    it and the groups before it, and what a cell may expect of the layer's energy: its share of a sum of
///    Gaussian distributions about the impact point, of fixed widths, weighted as the layers' energies say.
///    The cells of a layer are then scaled to its energy.
///
/// Every factor is a `sample` layer (zero with some probability, else a smooth distribution of the logarithm)
/// or a `choose` layer. With directions all of this happens in the frame of the particle's axis: cells are
/// counted from the one that the axis goes through in their layer, and the rest of what a shower is told is
/// where in that cell. What a shower deposits outside the window is drawn before the cells, as clusters
/// (ForgeClusters).
///
/// What the factors neglect: correlations between cells of a group that neither the layers before nor the
/// groups before explain. Inputs "energy" (GeV), "impact" (mm), "direction" (rad), "particle"; output
/// "showers" (1, X, Y, Z) GeV, of cylindrical cells (1, Z, sectors, rings). Throws std::logic_error for
/// options beyond those stated.
NetworkSpec forge_generator(const ForgeOptions& options);

/// What it is told: its inputs, in order.
sample::Fields forge_inputs(const ForgeOptions& options);

/// All that such a network draws, in order.
std::vector<ForgeSample> forge_samples(const ForgeOptions& options);

/// The line that bends the logarithms of a forge network's cells: `from` and `to`. Empty without one, and for
/// another network.
std::pair<std::vector<double>, std::vector<double>> forge_bend(const NetworkSpec& spec);

}  // namespace caloforge::network
