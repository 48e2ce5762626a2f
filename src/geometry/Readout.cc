#include "geometry/Readout.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"

namespace caloforge::geometry {
namespace {

using core::InputError;

template <class T>
const T* pointed(const std::shared_ptr<const T>* held) {
    return held ? held->get() : nullptr;
}

/// Of the kinds that list their layers.
template <class Layered>
std::size_t layer_in(const Layered& readout, std::size_t cell) {
    std::size_t low = 0, high = readout.layers().size();
    while (high - low > 1) {
        const std::size_t middle = (low + high) / 2;
        (readout.start(middle) <= cell ? low : high) = middle;
    }
    return low;
}

/// Lengths that differ by less of themselves are equal but for rounding.
constexpr double rounding = 1e-4;

bool differ(double a, double b) {
    return a > 0 && b > 0 && std::abs(a - b) > rounding * std::max(a, b);
}

/// Ring edges, of which the first may be 0.
bool differ(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() != b.size() || !std::ranges::equal(a, b, [&](double one, double other) {
               return std::abs(one - other) <= rounding * a.back();
           });
}

/// Of read-outs with as many layers.
std::string rings_difference(const ReadoutRings& one, const ReadoutRings& other) {
    const bool sized = one.sized() && other.sized();
    for (std::size_t z = 0; z < one.layers().size(); ++z) {
        const auto &a = one.layers()[z], &b = other.layers()[z];
        if (a.sectors != b.sectors)
            return fmt::format("layer {} has {} and {} sectors", z, a.sectors, b.sectors);
        if (sized && differ(a.edges, b.edges)) {
            return fmt::format("layer {} has the ring edges {} mm and {} mm", z, fmt::join(a.edges, ", "),
                               fmt::join(b.edges, ", "));
        }
        if (a.rings() != b.rings())
            return fmt::format("layer {} has {} and {} rings", z, a.rings(), b.rings());
    }
    return "";
}

std::string list_difference(const ReadoutCells& one, const ReadoutCells& other) {
    const auto text = [](const ReadoutCells::Cell& cell) {
        return fmt::format("{:g} x {:g} mm at {:g}, {:g} mm", cell.size_x, cell.size_y, cell.x, cell.y);
    };
    for (std::size_t z = 0; z < one.layers().size(); ++z) {
        const auto &a = one.layers()[z], &b = other.layers()[z];
        if (a.size() != b.size()) return fmt::format("layer {} has {} and {} cells", z, a.size(), b.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            const double slack = rounding * (a[i].size_x + a[i].size_y);
            if (std::abs(a[i].x - b[i].x) > slack || std::abs(a[i].y - b[i].y) > slack ||
                std::abs(a[i].size_x - b[i].size_x) > slack || std::abs(a[i].size_y - b[i].size_y) > slack)
                return fmt::format("cell {} of layer {} is {} and {}", i, z, text(a[i]), text(b[i]));
        }
    }
    return "";
}

std::string rings_text(const ReadoutRings& rings) {
    const auto& first = rings.layers()[0];
    return rings.is_regular()
               ? fmt::format("{} layers of {} sectors x {} rings", rings.layers().size(), first.sectors,
                             first.rings())
               : fmt::format("{} cells in {} layers of rings", rings.cells(), rings.layers().size());
}

}  // namespace

const ReadoutGrid* Readout::grid() const {
    return std::get_if<ReadoutGrid>(&kind_);
}
const ReadoutRings* Readout::rings() const {
    return pointed(std::get_if<std::shared_ptr<const ReadoutRings>>(&kind_));
}
const ReadoutCells* Readout::list() const {
    return pointed(std::get_if<std::shared_ptr<const ReadoutCells>>(&kind_));
}

const ReadoutGrid& Readout::need_grid(const std::string& who) const {
    if (grid()) return *grid();
    throw InputError(fmt::format("{} takes Cartesian cells (these showers have {}).", who, text()));
}

std::size_t Readout::cells() const {
    return grid() ? grid()->cells() : rings() ? rings()->cells() : list()->cells();
}

std::size_t Readout::layers() const {
    return grid() ? grid()->nz : rings() ? rings()->layers().size() : list()->layers().size();
}

std::optional<ReadoutGrid> Readout::extents() const {
    if (grid()) return *grid();
    if (!rings() || !rings()->is_regular()) return {};
    const auto& layer = rings()->layers()[0];
    const double width = rings()->sized() ? layer.edges[1] - layer.edges[0] : 0;
    return ReadoutGrid{layer.rings(), layer.sectors, layers(), width, width};
}

std::size_t Readout::layer_of(std::size_t cell) const {
    if (grid()) return cell % grid()->nz;
    return rings() ? layer_in(*rings(), cell) : layer_in(*list(), cell);
}

std::array<std::size_t, 3> Readout::place_of(std::size_t cell) const {
    if (grid()) return {cell / (grid()->ny * grid()->nz), cell / grid()->nz % grid()->ny, cell % grid()->nz};
    const std::size_t z = layer_of(cell);
    if (list()) return {cell - list()->start(z), 0, z};
    const std::size_t within = cell - rings()->start(z), count = rings()->layers()[z].rings();
    return {within % count, within / count, z};
}

bool Readout::same_shape(const Readout& other) const {
    if (kind_.index() != other.kind_.index()) return false;
    if (grid()) return grid()->same_shape(*other.grid());
    return rings() ? rings()->same_shape(*other.rings()) : list()->same_shape(*other.list());
}

bool Readout::differs_in_size(const Readout& other) const {
    if (kind_.index() != other.kind_.index()) return false;
    const auto mine = extents(), theirs = other.extents();
    if (mine && theirs) {
        return differ(mine->cell_x, theirs->cell_x) || differ(mine->cell_y, theirs->cell_y) ||
               (rings() && same_shape(other) && !difference(other).empty());
    }
    return same_shape(other) && !difference(other).empty();
}

std::string Readout::difference(const Readout& other) const {
    if (kind_.index() != other.kind_.index() || (grid() && !same_shape(other))) return "";
    if (grid())
        return differs_in_size(other) ? fmt::format("cells of {} and of {}", size_text(), other.size_text())
                                      : "";
    if (layers() != other.layers()) return fmt::format("{} and {} layers", layers(), other.layers());
    return rings() ? rings_difference(*rings(), *other.rings()) : list_difference(*list(), *other.list());
}

std::string Readout::size_text() const {
    const auto all = extents();
    if (!all || all->cell_x <= 0) return "no stated size";
    return rings() ? fmt::format("{:.5g} mm", all->cell_x)
                   : fmt::format("{:.5g} x {:.5g} mm", all->cell_x, all->cell_y);
}

bool Readout::operator==(const Readout& other) const {
    if (kind_.index() != other.kind_.index()) return false;
    if (grid()) return *grid() == *other.grid();
    return rings() ? *rings() == *other.rings() : *list() == *other.list();
}

std::string Readout::text() const {
    if (grid()) return fmt::format("{}x{}x{} cells", grid()->nx, grid()->ny, grid()->nz);
    return rings() ? rings_text(*rings()) : fmt::format("{} cells in {} layers", cells(), layers());
}

std::string Readout::cell_text(std::size_t cell) const {
    const auto [x, y, z] = place_of(cell);
    if (grid()) return fmt::format("cell {} (x {}, y {}, z {})", cell, x, y, z);
    return rings() ? fmt::format("cell {} (r {}, alpha {}, layer {})", cell, x, y, z)
                   : fmt::format("cell {} (number {} of layer {})", cell, x, z);
}

core::Json Readout::json() const {
    return grid() ? grid()->json() : rings() ? rings()->json() : list()->json();
}

Readout Readout::from_json(const core::Json& json) {
    if (!json.contains("kind")) return ReadoutGrid::from_json(json);
    try {
        const auto kind = json.at("kind").get<std::string>();
        if (kind == "cylindrical") return ReadoutRings::from_json(json);
        if (kind == "irregular") return ReadoutCells::from_json(json);
        throw InputError(
            fmt::format("a read-out of kind `{}` is not known (cylindrical and irregular are). "
                        "Was it written by a newer version?",
                        kind));
    } catch (const core::Json::exception& error) {
        throw InputError(fmt::format(
            "cannot read a read-out from JSON ({}). Was it written by another version?", error.what()));
    }
}

}  // namespace caloforge::geometry
