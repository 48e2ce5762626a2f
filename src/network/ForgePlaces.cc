#include "network/ForgePlaces.hh"

#include <fmt/format.h>

#include <numbers>

namespace caloforge::network {

void ForgePlaces::on_rings(std::size_t g) {
    const auto [px, py] = forge_groups[g];
    const auto name = [g = g](const char* what) { return fmt::format("{}_{}", what, g); };
    // In widths of a ring.
    std::vector<double> radii;
    const double width = forge_ring_width(o_);
    for (std::size_t i = py; i < o_.ny; i += 2)
        radii.push_back(0.5 * (o_.ring_edges[i] + o_.ring_edges[i + 1]) / width);
    const auto rings = static_cast<std::int64_t>(radii.size()), sectors = forge_group_cells(o_.nx, px);
    reshape(name("ring_radii"), constants(name("ring_radius"), radii), {1, 1, 1, rings});
    const double angle = 2 * std::numbers::pi / static_cast<double>(o_.nx);
    add(name("ring_angle"), "range", {},
        {{"count", sectors}, {"begin", (static_cast<double>(px) + 0.5) * angle}, {"step", 2 * angle}});
    const auto along = [&](const char* letter, const std::string& from) {
        const std::string turn = add(fmt::format("ring_turn_{}_{}", letter, g), "cos", {from});
        const std::string column =
            reshape(fmt::format("ring_column_{}_{}", letter, g), turn, {1, 1, sectors, 1});
        add(name(letter), "multiply", {column, name("ring_radii")});
    };
    along("x", name("ring_angle"));
    along("y", scale(name("ring_angle_back"), name("ring_angle"), 1, -std::numbers::pi / 2));
}

void ForgePlaces::describe(std::size_t g) {
    const auto name = [&](const char* what) { return fmt::format("{}_{}", what, g); };
    const auto line = [&](const char* letter, std::size_t axis, std::size_t cells) {
        const std::size_t place = forge_groups[g][axis];
        const std::int64_t count = forge_group_cells(cells, place);
        const double begin = static_cast<double>(place) - 0.5 * static_cast<double>(cells - 1);
        add(name(letter), "range", {}, {{"count", count}, {"begin", begin}, {"step", 2}});
        return from_axis(name(letter), axis, count);
    };
    const bool round = o_.cylindrical();
    if (round) on_rings(g);
    const std::string x_line = round ? name("x") : line("x", 0, o_.nx);
    const std::string y_line = round ? name("y") : line("y", 1, o_.ny);
    const std::string x = add(x_line + "_square", "power", {x_line}, {{"exponent", 2}});
    const std::string y = add(y_line + "_square", "power", {y_line}, {{"exponent", 2}});
    const std::string r = add(name("radius_square"), "add", {x, y});
    const auto gauss = [&](const std::string& what, const std::string& from, double width) {
        scale(what + "_scaled", from, -width);
        return add(what, "exp", {what + "_scaled"});
    };
    const auto features = [&](const char* what, const std::string& from, std::int64_t filters, bool bias) {
        add(name(what), "conv2d", {from},
            {{"filters", filters}, {"kernel", {1, 1}}, {"bias", bias}, {"initialiser", "he_uniform"}});
    };
    // Layers one below the other, as an image.
    const auto image = [&](const char* what, const std::vector<std::string>& of) {
        stacked(name(what), concat(name(what) + "_parts", of));
    };
    // Only distances matter about rings; about a lattice of cells also the axes.
    const std::string gx = gauss(name("near_x"), round ? r : x, 1),
                      gy = gauss(name("near_y"), round ? r : y, 1);
    image("place", {logarithm(name("core"), r, 0.05, 0.3, 0), logarithm(name("middle"), r, 1, 0.3, 0),
                    logarithm(name("halo"), r, 10, 0.5, -1), add(name("cross"), "add", {gx, gy}),
                    add(name("near"), "multiply", {gx, gy}), gauss(name("wide"), r, 0.1)});
    features("place_features", name("place"), o_.channels, true);

    std::vector<std::string> fine = centre_.leanings(g, x_line, y_line, r);
    for (const std::string& slant : centre_.slants(g, x_line, y_line, r)) fine.push_back(slant);
    fine.push_back(expectation_.narrow_shares(g));
    image("fine", fine);
    features("fine_features", name("fine"), o_.hidden, false);
}

}  // namespace caloforge::network
