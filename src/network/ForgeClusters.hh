#pragma once

#include <string>
#include <vector>

#include "network/ForgeArithmetic.hh"

namespace caloforge::network {

/// The square rings about the cell that the particle's axis goes through, in which clusters are drawn. A cell
/// that lies dx, dy cells from the middle of the window lies in ring max(|dx|, |dy|) + half, `half` being 0
/// for windows of an odd number of cells and 1/2 for even ones.
struct ForgeRings {
    std::int64_t first = 0;  ///< the first outside the window
    std::int64_t count = 0;
    double half = 0;

    explicit ForgeRings(const ForgeOptions& options);
};

/// A ring's sides, from +x counterclockwise, and the sectors of each, equally wide in azimuth.
inline constexpr std::int64_t forge_sides = 4;
inline constexpr std::int64_t forge_side_sectors = 8;
inline constexpr std::int64_t forge_sectors = forge_sides * forge_side_sectors;

/// The cells about a cluster's largest one, in its own frame: outward, and along its side away from the
/// middle of the side. First those at its edges, then those at its corners.
struct ForgeNeighbour {
    std::int64_t outward, along;
};
inline constexpr std::array<ForgeNeighbour, 8> forge_neighbours{
    {{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1}}};
inline constexpr std::int64_t forge_edges = 4;  ///< of them

/// What a shower deposits outside the window that moves with the particle's axis: few hits, far apart, drawn
/// as clusters, each of a cell and what its eight neighbours have in proportion to it. Their number is drawn
/// first, given the whole shower; then of each the layer and the ring, the sector of the ring, the energy of
/// the cell, those of the neighbours at its edges and at its corners. So they cost what their largest number
/// costs, not what there are cells.
///
/// Neglected: what clusters have in common beyond number and layers' energies; those beyond the largest
/// number; neighbours that come to lie within the window or outside the read-out.
class ForgeClusters : public ForgeArithmetic {
  public:
    explicit ForgeClusters(ForgeDraft& draft);

    /// Behind ForgeFrame::place(): "near_energies" (layers), MIP, what clusters leave of the layers'
    /// energies.
    void draw();
    /// `image` (X, Y, Z) of the read-out, MIP, with the clusters added: "with_clusters".
    std::string added_to(const std::string& image);

  private:
    /// What all of them are told of the shower, "cluster_told".
    void told();
    void number();
    void ring();
    void sector();
    /// "cluster_open" (sectors, clusters): the logarithm of which part of a sector lies in the read-out.
    void open_sectors();
    void energies();
    void rest();
    /// Where the cells lie: "cluster_place" (9, clusters), and "cluster_inside", 1 or 0.
    void places();

    /// Numbers of the layer that a cluster lies in, from a table of the layers: (1, clusters).
    std::string of_its_layer(const std::string& name, const std::string& table);
    /// A row of features, (features, clusters), through networks that all clusters share, to `filters`.
    std::string network(const std::string& name, const std::vector<std::string>& features,
                        std::int64_t filters, const char* initialiser = "he_uniform");

    ForgeRings rings_;
    std::int64_t layers_, count_;
};

}  // namespace caloforge::network
