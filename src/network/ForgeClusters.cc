#include "network/ForgeClusters.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caloforge::network {
namespace {

using std::numbers::pi;

constexpr std::int64_t hidden_width = 48;
constexpr double sector_width = 2 * pi / static_cast<double>(forge_sectors);
/// Shares of a ring or a sector below which it is as good as outside the read-out.
constexpr double least_share = 1e-3;

}  // namespace

ForgeRings::ForgeRings(const ForgeOptions& options)
    : first(static_cast<std::int64_t>(options.nx / 2 + 1)),
      count(static_cast<std::int64_t>(std::max(options.wide_x(), options.wide_y())) - first + 1),
      half(options.nx % 2 == 0 ? 0.5 : 0) {}

ForgeClusters::ForgeClusters(ForgeDraft& draft)
    : ForgeArithmetic(draft),
      rings_(draft.options),
      layers_(static_cast<std::int64_t>(draft.options.nz)),
      count_(draft.options.clusters) {}

void ForgeClusters::draw() {
    told();
    number();
    ring();
    sector();
    energies();
    rest();
}

void ForgeClusters::told() {
    add("cluster_told_hidden", "dense", {"profile"}, {{"units", o_.profile_hidden}});
    add("cluster_told_active", "silu", {"cluster_told_hidden"});
    concat("cluster_told", {"cluster_told_active", "profile"});
}

void ForgeClusters::number() {
    // Twice the root of a Poisson distributed number has a standard deviation of one.
    constexpr double apart = 1.25;
    const double end = 2 * std::sqrt(static_cast<double>(count_) + 1);
    add("cluster_numbers", "range", {}, {{"count", count_ + 1}, {"begin", 0.375}, {"step", 1}});
    add("cluster_number_root", "power", {"cluster_numbers"}, {{"exponent", 0.5}});
    scale("cluster_number_twice", "cluster_number_root", 2);
    reshape("cluster_number_row", "cluster_number_twice", {1, count_ + 1});
    const std::string functions = smooth("cluster_number_functions", "cluster_number_row", 0, end, apart);
    const std::int64_t n = draft_.builder.shape(functions)[0];
    add("cluster_number_factors", "dense", {"cluster_told"}, {{"units", n}, {"initialiser", "zeros"}});
    reshape("cluster_number_column", "cluster_number_factors", {n, 1});
    product("cluster_number_terms", functions, "cluster_number_column");
    add("cluster_number_sum", "sum", {"cluster_number_terms"}, {{"axes", {0}}});
    reshape("cluster_number_weights", "cluster_number_sum", {count_ + 1, 1});
    choice("cluster_count", "cluster_number_weights", {1, 1});
    // 1 for the first so many, 0 behind them.
    add("cluster_order", "range", {}, {{"count", count_}, {"begin", -1}, {"step", -1}});
    reshape("cluster_order_row", "cluster_order", {1, count_});
    sum_of("cluster_to_come", "cluster_order_row", "cluster_count");
    from_zero("cluster_present", "cluster_to_come");
}

void ForgeClusters::ring() {
    constexpr double apart = 0.25;  // of the rings' logarithms
    const std::int64_t rings = rings_.count, all = layers_ * rings;
    add("ring_numbers", "range", {}, {{"count", rings}, {"begin", rings_.first}, {"step", 1}});
    reshape("rings", "ring_numbers", {1, rings});
    logarithm("ring_logs", "rings", 0, 1, -std::log(static_cast<double>(rings_.first)));
    const double end =
        std::log(static_cast<double>(rings_.first + rings) / static_cast<double>(rings_.first));
    const std::string functions = smooth("ring_functions", "ring_logs", 0, end, apart);
    const std::int64_t n = draft_.builder.shape(functions)[0];
    reshape("ring_functions_all", functions, {1, n, rings});
    add("ring_factors", "dense", {"cluster_told"}, {{"units", layers_ * n}, {"initialiser", "zeros"}});
    reshape("ring_factors_all", "ring_factors", {layers_, n, 1});
    product("ring_terms", "ring_factors_all", "ring_functions_all");
    add("ring_sum", "sum", {"ring_terms"}, {{"axes", {1}}});
    // Which share of a layer's ring lies in the read-out: by sides, those along an axis have the other's
    // extent.
    for (const auto& [letter, cells] : {std::pair{'x', o_.wide_x()}, std::pair{'y', o_.wide_y()}}) {
        const auto name = [&](const char* part) { return fmt::format("ring_{}_{}", part, letter); };
        reshape(name("cell"), fmt::format("axis_cell_{}", letter), {layers_, 1});
        const double room = 0.5 * static_cast<double>(cells - 1) + rings_.half;
        std::vector<std::string> sides, ends;
        for (const double sign : {1.0, -1.0}) {
            const std::string part = name(sign > 0 ? "up" : "down");
            scale(part + "_room", name("cell"), -sign, room);
            sides.push_back(from_zero(part, minus(part + "_left", part + "_room", "rings")));
            scale(part + "_end", name("cell"), -sign, 0.5 * static_cast<double>(cells));
            ends.push_back(least(part + "_reach", "rings", part + "_end"));
        }
        sum_of(name("sides"), sides[0], sides[1]);
        sum_of(name("length"), ends[0], ends[1]);
        add(name("inside"), "relu", {name("length")});
    }
    product("ring_along_y", "ring_sides_x", "ring_inside_y");
    product("ring_along_x", "ring_sides_y", "ring_inside_x");
    sum_of("ring_along", "ring_along_x", "ring_along_y");
    add("ring_inverse", "power", {"rings"}, {{"exponent", -1}});
    scale("ring_share_of_four", product("ring_share_of_eight", "ring_along", "ring_inverse"), 0.125);
    logarithm("ring_open", "ring_share_of_four", least_share, 1, 0);
    reshape("ring_weights", sum_of("ring_logits", "ring_sum", "ring_open"), {all, 1});
    choice("cluster_ring", "ring_weights", {1, count_});

    const double share = 1 / static_cast<double>(rings);
    scale("cluster_layer_about", "cluster_ring", share, 0.5 * share);
    add("cluster_layer", "floor", {"cluster_layer_about"});
    scale("cluster_layer_first", "cluster_layer", -static_cast<double>(rings),
          static_cast<double>(rings_.first));
    sum_of("cluster_distance", "cluster_ring", "cluster_layer_first");
    const double middle = 0.5 * static_cast<double>(layers_ - 1);
    scale("cluster_depth", "cluster_layer", 1 / middle, -1);
    product("cluster_depth_square", "cluster_depth", "cluster_depth");
    logarithm("cluster_distance_log", "cluster_distance", 0, 1, -std::log(static_cast<double>(rings_.first)));
    scale("cluster_nearness", "cluster_distance", -1, 1 + static_cast<double>(rings_.first));
    add("cluster_near", "relu", {"cluster_nearness"});
    of_its_layer("cluster_layer_log", "layer_logs");
    concat("cluster_where", {"cluster_depth", "cluster_depth_square", "cluster_distance_log", "cluster_near",
                             "cluster_layer_log"});
}

void ForgeClusters::sector() {
    add("sector_middles", "range", {},
        {{"count", forge_sectors}, {"begin", -pi / 4 + sector_width / 2}, {"step", sector_width}});
    std::vector<std::string> waves;
    for (const int times : {1, 2, 4}) {
        const std::string name = fmt::format("sector_{}", times);
        turn(name, times == 1 ? std::string("sector_middles") : scale(name, "sector_middles", times));
        for (const char* part : {"_cos", "_sin"}) {
            if (times < 4 || part[1] == 'c')
                waves.push_back(reshape(name + part + "_row", name + part, {1, forge_sectors}));
        }
    }
    const auto n = static_cast<std::int64_t>(waves.size());
    reshape("sector_waves", concat("sector_wave_rows", waves), {n, forge_sectors, 1});
    // Along the slope, from where in its cell the axis lies, twice along the slope, four times about.
    network("sector_strengths", {"cluster_where"}, 4, "zeros");
    const auto strength = [&](const char* name, std::int64_t i) {
        return add(name, "slice", {"sector_strengths"}, {{"axis", 0}, {"begin", i}, {"end", i + 1}});
    };
    strength("sector_slope", 0);
    strength("sector_beside", 1);
    strength("sector_slope_twice", 2);
    strength("sector_four", 3);
    std::vector<std::string> factors;
    for (const char* letter : {"x", "y"}) {
        const auto name = [&](const char* part) { return fmt::format("sector_{}_{}", part, letter); };
        product(name("sloped"), "sector_slope", fmt::format("slope_{}", letter));
        of_its_layer(name("place"), fmt::format("axis_beside_{}", letter));
        product(name("shifted"), "sector_beside", name("place"));
        factors.push_back(sum_of(name("once"), name("sloped"), name("shifted")));
    }
    product("slope_x_square", "slope_x", "slope_x");
    product("slope_y_square", "slope_y", "slope_y");
    minus("slope_square", "slope_x_square", "slope_y_square");
    scale("slope_product", product("slope_half_product", "slope_x", "slope_y"), 2);
    factors.push_back(product("sector_twice_cos", "sector_slope_twice", "slope_square"));
    factors.push_back(product("sector_twice_sin", "sector_slope_twice", "slope_product"));
    factors.push_back("sector_four");
    reshape("sector_factors", concat("sector_factor_rows", factors), {n, 1, count_});
    product("sector_terms", "sector_factors", "sector_waves");
    add("sector_sum", "sum", {"sector_terms"}, {{"axes", {0}}});
    open_sectors();
    choice("cluster_sector", sum_of("sector_weights", "sector_sum", "cluster_open"), {1, count_});

    constexpr double share = 1.0 / forge_side_sectors;
    scale("cluster_side_about", "cluster_sector", share, 0.5 * share);
    add("cluster_side", "floor", {"cluster_side_about"});
    scale("cluster_side_first", "cluster_side", -forge_side_sectors);
    sum_of("cluster_part", "cluster_sector", "cluster_side_first");
    // Which way is away from the middle of the side, and how far that is.
    scale("cluster_part_from_middle", "cluster_part", 1, -0.5 * forge_side_sectors);
    scale("cluster_away", from_zero("cluster_upper", "cluster_part_from_middle"), 2, -1);
    scale("cluster_part_middle", "cluster_part", sector_width, -pi / 4 + sector_width / 2);
    product("cluster_obliqueness", "cluster_part_middle", "cluster_away");
    add("cluster_cos", "lookup", {"sector_1_cos", "cluster_sector"});
    add("cluster_sin", "lookup", {"sector_1_sin", "cluster_sector"});
    product("cluster_along_x", "cluster_cos", "slope_x");
    product("cluster_along_y", "cluster_sin", "slope_y");
    sum_of("cluster_along_slope", "cluster_along_x", "cluster_along_y");
}

void ForgeClusters::open_sectors() {
    // By side, how far the read-out reaches outward, and along the side: +x, +y, -x, -y.
    std::vector<std::string> outward, forward, backward;
    const auto end = [&](char letter, double sign, double room, const char* what) {
        return scale(fmt::format("cluster_{}_{}_{}", what, letter, sign > 0 ? "down" : "up"),
                     fmt::format("cluster_axis_{}", letter), sign, room);
    };
    const double x = 0.5 * static_cast<double>(o_.wide_x()), y = 0.5 * static_cast<double>(o_.wide_y());
    of_its_layer("cluster_axis_x", "axis_cell_x");
    of_its_layer("cluster_axis_y", "axis_cell_y");
    const double less = 0.5 - rings_.half;
    outward = {end('x', -1, x - less, "room"), end('y', -1, y - less, "room"), end('x', 1, x - less, "room"),
               end('y', 1, y - less, "room")};
    const std::string x_up = end('x', -1, x, "end"), x_down = end('x', 1, x, "end"),
                      y_up = end('y', -1, y, "end"), y_down = end('y', 1, y, "end");
    forward = {y_up, x_down, y_down, x_up};
    backward = {y_down, x_up, y_up, x_down};
    minus("cluster_rooms", concat("cluster_outward", outward), "cluster_distance");
    reshape("cluster_open_sides", from_zero("cluster_sides", "cluster_rooms"), {forge_sides, 1, count_});
    reshape("cluster_forward_sides", concat("cluster_forward", forward), {forge_sides, 1, count_});
    reshape("cluster_backward_sides", concat("cluster_backward", backward), {forge_sides, 1, count_});
    add("sector_borders", "range", {},
        {{"count", forge_side_sectors + 1}, {"begin", -pi / 4}, {"step", sector_width}});
    turn("sector_border", "sector_borders");
    add("sector_border_inverse", "power", {"sector_border_cos"}, {{"exponent", -1}});
    product("sector_border_tan", "sector_border_sin", "sector_border_inverse");
    const auto border = [&](const char* name, std::int64_t begin) {
        add(fmt::format("{}_tan", name), "slice", {"sector_border_tan"},
            {{"axis", 0}, {"begin", begin}, {"end", begin + forge_side_sectors}});
        reshape(fmt::format("{}_column", name), fmt::format("{}_tan", name), {1, forge_side_sectors, 1});
        return product(name, fmt::format("{}_column", name), "cluster_distance_row");
    };
    reshape("cluster_distance_row", "cluster_distance", {1, 1, count_});
    border("sector_low", 0);
    border("sector_high", 1);
    least("sector_end", "sector_high", "cluster_forward_sides");
    scale("sector_low_back", "sector_low", -1);
    least("sector_begin_back", "sector_low_back", "cluster_backward_sides");
    sum_of("sector_length", "sector_end", "sector_begin_back");
    add("sector_inside", "relu", {"sector_length"});
    sum_of("sector_whole", "sector_high", "sector_low_back");
    add("sector_whole_inverse", "power", {"sector_whole"}, {{"exponent", -1}});
    product("sector_share", "sector_inside", "sector_whole_inverse");
    product("sector_open_share", "sector_share", "cluster_open_sides");
    reshape("sector_open", "sector_open_share", {forge_sectors, count_});
    logarithm("cluster_open", "sector_open", least_share, 1, 0);
}

void ForgeClusters::energies() {
    std::vector<std::string> features{"cluster_where", "cluster_obliqueness", "cluster_along_slope"};
    const auto knots = static_cast<std::int64_t>(forge_knots.size());
    core::Json rule = {{"knots", forge_knots}, {"zeros", false}};
    if (!o_.bend_from.empty()) rule.update(core::Json{{"from", o_.bend_from}, {"to", o_.bend_to}});
    network("cluster_energy_parameters", features, knots + 1);
    sample("cluster_energy", "cluster_energy_parameters", {1, count_}, std::move(rule));
    logarithm("cluster_energy_log", "cluster_energy", 0.01, 0.4, 0);
    features.push_back("cluster_energy_log");
    const auto neighbours = [&](const std::string& name, std::int64_t count) {
        network(name + "_all_parameters", features, forge_sample_parameters * count);
        reshape(name + "_parameters", name + "_all_parameters", {forge_sample_parameters, count, count_});
        sample(name, name + "_parameters", {1, count, count_}, {{"knots", forge_knots}, {"zeros", true}});
        return reshape(name + "_rows", name, {count, count_});
    };
    neighbours("cluster_edges", forge_edges);
    features.push_back(logarithm("cluster_edge_logs", "cluster_edges_rows", 0.02, 0.4, 0.8));
    neighbours("cluster_corners", static_cast<std::int64_t>(forge_neighbours.size()) - forge_edges);
}

void ForgeClusters::rest() {
    product("cluster_largest", "cluster_energy", "cluster_present");
    concat("cluster_neighbours", {"cluster_edges_rows", "cluster_corners_rows"});
    product("cluster_neighbour_energies", "cluster_neighbours", "cluster_largest");
    concat("cluster_energies", {"cluster_largest", "cluster_neighbour_energies"});
    add("cluster_sum", "sum", {"cluster_energies"}, {{"axes", {0}}});
    reshape("cluster_sums", "cluster_sum", {1, count_});
    add("far_energies", "scatter", {"cluster_sums", "cluster_layer"}, {{"shape", {layers_}}});
    minus("layer_remainders", "layer_energies", "far_energies");
    add("near_energies", "relu", {"layer_remainders"});
}

void ForgeClusters::places() {
    sum_of("cluster_part_drawn", "cluster_part", noise("cluster_azimuth", {1, count_}));
    turn("cluster_angle", scale("cluster_angle", "cluster_part_drawn", sector_width, -pi / 4));
    add("cluster_angle_inverse", "power", {"cluster_angle_cos"}, {{"exponent", -1}});
    product("cluster_tan", "cluster_angle_sin", "cluster_angle_inverse");
    product("cluster_along_exact", "cluster_tan", "cluster_distance");
    scale("cluster_along_half", "cluster_along_exact", 1, 0.5 - rings_.half);
    add("cluster_along_cell", "floor", {"cluster_along_half"});
    // Where its neighbours lie, as outward and away: picked from -1, 0 and 1.
    Shape outward{1}, along{1};
    for (const ForgeNeighbour& one : forge_neighbours) {
        outward.push_back(one.outward + 1);
        along.push_back(one.along + 1);
    }
    const auto cells = static_cast<std::int64_t>(outward.size());
    add("cluster_steps", "range", {}, {{"count", 3}, {"begin", -1}, {"step", 1}});
    add("cluster_steps_out", "take", {"cluster_steps"}, {{"index", outward}, {"shape", {cells, 1}}});
    add("cluster_steps_along", "take", {"cluster_steps"}, {{"index", along}, {"shape", {cells, 1}}});
    scale("cluster_out_first", "cluster_distance", 1, -rings_.half);
    sum_of("cluster_out", "cluster_out_first", "cluster_steps_out");
    scale("cluster_along_first", "cluster_along_cell", 1, rings_.half);
    sum_of("cluster_along", "cluster_along_first",
           product("cluster_steps_away", "cluster_away", "cluster_steps_along"));
    turn("cluster_turn", scale("cluster_turn", "cluster_side", pi / 2));
    minus("cluster_x", product("cluster_out_x", "cluster_out", "cluster_turn_cos"),
          product("cluster_side_x", "cluster_along", "cluster_turn_sin"));
    sum_of("cluster_y", product("cluster_out_y", "cluster_out", "cluster_turn_sin"),
           product("cluster_side_y", "cluster_along", "cluster_turn_cos"));
    std::vector<std::string> in_readout, in_window;
    for (const auto& [letter, wide, drawn] :
         {std::tuple{'x', o_.wide_x(), o_.nx}, std::tuple{'y', o_.wide_y(), o_.ny}}) {
        const auto name = [&](const char* part) { return fmt::format("cluster_{}_{}", letter, part); };
        const auto cell = [&](const char* part, const std::string& from, std::size_t count) {
            scale(name(part) + "_exact", from, 1, 0.5 * static_cast<double>(count - 1) + 0.5);
            return add(name(part), "floor", {name(part) + "_exact"});
        };
        const std::string own = fmt::format("cluster_{}", letter);
        in_window.push_back(within(name("in_window"), cell("drawn", own, drawn), drawn));
        sum_of(name("in_frame"), own, fmt::format("cluster_axis_{}", letter));
        in_readout.push_back(within(name("in_readout"), cell("cell", name("in_frame"), wide), wide));
    }
    product("cluster_in_readout", in_readout[0], in_readout[1]);
    product("cluster_in_window", in_window[0], in_window[1]);
    scale("cluster_beyond_window", "cluster_in_window", -1, 1);
    product("cluster_inside", "cluster_in_readout", "cluster_beyond_window");
    scale("cluster_row", "cluster_x_cell", static_cast<double>(o_.wide_y()));
    scale("cluster_column", sum_of("cluster_tower", "cluster_row", "cluster_y_cell"),
          static_cast<double>(layers_));
    sum_of("cluster_place", "cluster_column", "cluster_layer");
}

std::string ForgeClusters::of_its_layer(const std::string& name, const std::string& table) {
    return add(name, "lookup", {table, "cluster_layer"});
}

std::string ForgeClusters::network(const std::string& name, const std::vector<std::string>& features,
                                   std::int64_t filters, const char* initialiser) {
    const auto shared_by_clusters = [&](const std::string& part, const std::string& x, std::int64_t wide,
                                        bool bias, const char* start) {
        return add(part, "conv1d", {x},
                   {{"filters", wide}, {"kernel", {1}}, {"bias", bias}, {"initialiser", start}});
    };
    const std::string seen = features.size() == 1 ? features[0] : concat(name + "_features", features);
    add(name + "_told", "dense", {"cluster_told"}, {{"units", hidden_width}});
    reshape(name + "_told_column", name + "_told", {hidden_width, 1});
    shared_by_clusters(name + "_first", seen, hidden_width, false, "he_uniform");
    const std::string first = add(name + "_first_active", "silu",
                                  {sum_of(name + "_first_sum", name + "_first", name + "_told_column")});
    const std::string second =
        add(name + "_second_active", "silu",
            {shared_by_clusters(name + "_second", first, hidden_width, true, "he_uniform")});
    return shared_by_clusters(name, sum_of(name + "_hidden", second, first), filters, true, initialiser);
}

std::string ForgeClusters::added_to(const std::string& image) {
    places();
    product("cluster_cells", "cluster_energies", "cluster_inside");
    return add("with_clusters", "scatter", {"cluster_cells", "cluster_place", image},
               {{"shape", {o_.wide_x(), o_.wide_y(), o_.nz}}});
}

}  // namespace caloforge::network
