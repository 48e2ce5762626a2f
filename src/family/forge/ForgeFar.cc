#include "family/forge/ForgeFar.hh"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/Random.hh"
#include "network/ForgeClusters.hh"

namespace caloforge::family::forge {
namespace {

using network::forge_edges;
using network::forge_neighbours;
using torch::Tensor;

constexpr std::uint32_t place_stream = core::first_training_stream + 0x1006;

/// A cell of the read-out outside the window.
struct Cell {
    int x, y, z;
    float energy;
};

struct Cluster {
    std::int64_t ring, sector;
    float energy;
    std::array<float, forge_neighbours.size()> share;
};

/// Where a cell lies in its layer's frame, and the way from there to its neighbours.
struct Place {
    std::int64_t ring;  ///< from the first
    std::int64_t sector;
    int side;  ///< +x, +y, -x, -y
    int away;  ///< along the side, counterclockwise or not

    /// Steps in x and y.
    std::pair<int, int> step(const network::ForgeNeighbour& to) const {
        const int out = static_cast<int>(to.outward), along = static_cast<int>(to.along) * away;
        constexpr std::array<int, 4> cosine{1, 0, -1, 0}, sine{0, 1, 0, -1};
        const auto turn = static_cast<std::size_t>(side);
        return {cosine[turn] * out - sine[turn] * along, sine[turn] * out + cosine[turn] * along};
    }
};

/// The cells of one shower that lie outside the window.
class FarCells {
  public:
    /// `frame` (Z, 2): the cell that the axis goes through, from the middle of the read-out.
    FarCells(const network::ForgeOptions& options, const float* shower, const float* frame,
             core::RandomStream random)
        : options_(options),
          rings_(options),
          x_(static_cast<int>(options.wide_x())),
          y_(static_cast<int>(options.wide_y())),
          z_(static_cast<int>(options.nz)),
          left_(shower, shower + x_ * y_ * z_),
          frame_(frame),
          random_(std::move(random)) {
        const double window = 0.5 * static_cast<double>(options.nx - 1);
        for (int x = 0; x < x_; ++x) {
            for (int y = 0; y < y_; ++y) {
                for (int z = 0; z < z_; ++z) {
                    float& energy = at(x, y, z);
                    if (!(energy > 0)) continue;
                    const auto [dx, dy] = from_axis(x, y, z);
                    if (std::max(std::abs(dx), std::abs(dy)) <= window)
                        energy = 0;  // the window's own
                    else
                        cells_.push_back({x, y, z, energy});
                }
            }
        }
        std::ranges::stable_sort(cells_, [](const Cell& a, const Cell& b) { return a.energy > b.energy; });
    }

    std::vector<Cluster> clusters() {
        std::vector<Cluster> out;
        for (const Cell& cell : cells_) {
            float& own = at(cell.x, cell.y, cell.z);
            if (!(own > 0) || std::ssize(out) == options_.clusters) continue;
            const Place place = place_of(cell, random_.uniform_at(static_cast<std::uint32_t>(out.size())));
            if (place.ring >= rings_.count) continue;
            Cluster one{cell.z * rings_.count + place.ring, place.sector, own, {}};
            for (std::size_t i = 0; i < forge_neighbours.size(); ++i) {
                const auto [dx, dy] = place.step(forge_neighbours[i]);
                const int x = cell.x + dx, y = cell.y + dy;
                if (x < 0 || x >= x_ || y < 0 || y >= y_) continue;
                one.share[i] = at(x, y, cell.z) / own;
                at(x, y, cell.z) = 0;
            }
            own = 0;
            out.push_back(one);
        }
        return out;
    }

  private:
    float& at(int x, int y, int z) { return left_[static_cast<std::size_t>((x * y_ + y) * z_ + z)]; }

    std::pair<double, double> from_axis(int x, int y, int z) const {
        return {x - 0.5 * (x_ - 1) - frame_[2 * z], y - 0.5 * (y_ - 1) - frame_[2 * z + 1]};
    }

    Place place_of(const Cell& cell, double uniform) const {
        const auto [dx, dy] = from_axis(cell.x, cell.y, cell.z);
        const double ax = std::abs(dx), ay = std::abs(dy), ring = std::max(ax, ay) + rings_.half;
        // A cell in a corner belongs to both sides.
        const bool side_x = ax > ay || (ax == ay && uniform < 0.5);
        const double within = ax == ay ? std::fmod(2 * uniform, 1.0) : uniform;
        const int side = side_x ? (dx > 0 ? 0 : 2) : (dy > 0 ? 1 : 3);
        const double along = side == 0 ? dy : side == 1 ? -dx : side == 2 ? -dy : dx;
        const double azimuth = std::atan((along + within - 0.5) / ring);
        constexpr double width = 2 * std::numbers::pi / network::forge_sectors;
        const auto part = std::clamp<std::int64_t>(
            static_cast<std::int64_t>(std::floor((azimuth + std::numbers::pi / 4) / width)), 0,
            network::forge_side_sectors - 1);
        return {static_cast<std::int64_t>(ring) - rings_.first, side * network::forge_side_sectors + part,
                side, part >= network::forge_side_sectors / 2 ? 1 : -1};
    }

    const network::ForgeOptions& options_;
    network::ForgeRings rings_;
    int x_, y_, z_;
    std::vector<float> left_;  ///< what no cluster has taken, (X, Y, Z)
    const float* frame_;
    core::RandomStream random_;
    std::vector<Cell> cells_;
};

}  // namespace

model::TensorMap far_clusters(const ForgeShowers& given, const network::ForgeOptions& options) {
    const std::int64_t n = given.size(), slots = options.clusters;
    const auto corners = static_cast<std::int64_t>(forge_neighbours.size()) - forge_edges;
    const Tensor showers = (given.showers / options.mip).to(torch::kCPU, torch::kFloat32).contiguous();
    const Tensor frame = torch::floor(axis_of(given, options) + 0.5).to(torch::kCPU).contiguous();
    const Tensor blur = given.blur.to(torch::kCPU).contiguous();
    const auto zeros = [&](std::int64_t rows) { return torch::zeros({n, rows, slots}); };
    Tensor count = torch::zeros({n, 1, 1}), ring = zeros(1), sector = zeros(1), energy = zeros(1),
           edge = zeros(forge_edges), corner = zeros(corners), present = zeros(1);
    const auto each = options.wide_x() * options.wide_y() * options.nz;
    for (std::int64_t j = 0; j < n; ++j) {
        const auto word = [&](std::int64_t axis) {
            return std::bit_cast<std::uint32_t>(blur.data_ptr<float>()[blur.size(1) * j + axis]);
        };
        const auto row = static_cast<std::size_t>(j);
        FarCells cells(options, showers.data_ptr<float>() + row * each,
                       frame.data_ptr<float>() + row * 2 * options.nz,
                       core::RandomStream(word(0), word(1), place_stream));
        const std::vector<Cluster> clusters = cells.clusters();
        count.data_ptr<float>()[j] = static_cast<float>(clusters.size());
        for (std::int64_t i = 0; i < std::ssize(clusters); ++i) {
            const Cluster& one = clusters[static_cast<std::size_t>(i)];
            const auto set = [&](Tensor& of, std::int64_t rows, std::int64_t which, double value) {
                of.data_ptr<float>()[(j * rows + which) * slots + i] = static_cast<float>(value);
            };
            set(present, 1, 0, 1);
            set(ring, 1, 0, static_cast<double>(one.ring));
            set(sector, 1, 0, static_cast<double>(one.sector));
            set(energy, 1, 0, one.energy);
            for (std::int64_t k = 0; k < std::ssize(forge_neighbours); ++k) {
                const float share = one.share[static_cast<std::size_t>(k)];
                if (k < forge_edges)
                    set(edge, forge_edges, k, share);
                else
                    set(corner, corners, k - forge_edges, share);
            }
        }
    }
    const auto device = given.blur.device();
    return {{"cluster_count", count.to(device)},
            {"cluster_ring", ring.to(device)},
            {"cluster_sector", sector.to(device)},
            {"cluster_energy", energy.to(device)},
            {"cluster_edges", edge.unsqueeze(1).to(device)},
            {"cluster_corners", corner.unsqueeze(1).to(device)},
            {"cluster_present", present.to(device)}};
}

}  // namespace caloforge::family::forge
