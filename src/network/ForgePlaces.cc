#include "network/ForgePlaces.hh"

#include <fmt/format.h>

namespace caloforge::network {

void ForgePlaces::describe(std::size_t g) {
    const auto name = [&](const char* what) { return fmt::format("{}_{}", what, g); };
    const auto line = [&](const char* letter, std::size_t axis, std::size_t cells) {
        const std::size_t place = forge_groups[g][axis];
        const std::int64_t count = forge_group_cells(cells, place);
        const double begin = static_cast<double>(place) - 0.5 * static_cast<double>(cells - 1);
        add(name(letter), "range", {}, {{"count", count}, {"begin", begin}, {"step", 2}});
        return from_axis(name(letter), axis, count);
    };
    const std::string x_line = line("x", 0, o_.nx);
    const std::string y_line = line("y", 1, o_.ny);
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
    const std::string gx = gauss(name("near_x"), x, 1), gy = gauss(name("near_y"), y, 1);
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
