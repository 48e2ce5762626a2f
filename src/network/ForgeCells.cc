#include <fmt/format.h>

#include "network/ForgeClusters.hh"
#include "network/ForgeCore.hh"
#include "network/ForgeFrame.hh"
#include "network/ForgePlaces.hh"

namespace caloforge::network {
namespace {

/// From a group to the nearest cells of another: those one cell apart on both sides, or the cell itself and
/// those two apart.
ForgeTaps between_groups(std::size_t cells, std::size_t from, std::size_t to) {
    const std::int64_t kernel = from == to ? 3 : 2;
    const std::int64_t low = from == to || from > to ? 1 : 0;
    return {kernel, low, forge_group_cells(cells, to) + kernel - 1 - forge_group_cells(cells, from) - low};
}

/// From all cells to a group, three wide.
ForgeTaps onto_group(std::size_t cells, std::size_t to) {
    const std::int64_t low = to == 0 ? 1 : 0;
    return {3, low, 2 * (forge_group_cells(cells, to) - 1) + 3 - static_cast<std::int64_t>(cells) - low};
}

class Cells : public ForgeWriter {
  public:
    explicit Cells(ForgeDraft& draft)
        : ForgeWriter(draft),
          frame_(draft),
          expectation_(draft),
          places_(draft, expectation_),
          core_(draft) {}

    /// What is known of all layers before the first.
    void begin() {
        if (o_.moving()) frame_.place();
        if (o_.clustered()) ForgeClusters(draft_).draw();
        for (std::size_t z = 0; z < o_.nz; ++z) {
            add(forge_name("layer_energy", z), "slice", {o_.clustered() ? "near_energies" : "layer_energies"},
                {{"axis", 0}, {"begin", z}, {"end", z + 1}});
        }
        expectation_.spread_shares();
        for (std::size_t g = 0; g < forge_groups.size(); ++g) places_.describe(g);
        const auto cells = static_cast<std::int64_t>(o_.nx * o_.ny);
        add("nothing_line", "range", {}, {{"count", cells}, {"begin", 0}, {"step", 0}});
        reshape("nothing", "nothing_line",
                {1, static_cast<std::int64_t>(o_.nx), static_cast<std::int64_t>(o_.ny)});
    }

    void layer(std::size_t z) {
        std::vector<std::string> past;
        if (o_.moving()) {
            past.push_back(frame_.past(z, "nothing"));
        } else {
            for (std::int64_t back = o_.past_layers; back > 0; --back) {
                const std::int64_t from = static_cast<std::int64_t>(z) - back;
                past.push_back(from < 0 ? "nothing" : forge_name("seen", static_cast<std::size_t>(from)));
            }
        }
        past.push_back(expectation_.expect(z));
        add(forge_name("past", z), "concat", past);
        const ForgeTaps wide{o_.past_kernel, o_.past_kernel / 2, o_.past_kernel / 2};
        shared("past_features", z, forge_name("past", z), o_.past_channels, {wide, wide}, 1, true);
        const std::string features = activated(forge_name("past_active", z), forge_name("past_features", z));
        const std::string energy = forge_name("layer_energy", z);
        std::string drawn;  // so far, in this layer
        std::vector<std::string> images;
        for (std::size_t g = 0; g < forge_groups.size(); ++g) {
            const std::string cells = group(z, g, features, drawn);
            images.push_back(cells);
            add(forge_name("sum", z, g), "sum", {cells}, {{"axes", {0, 1, 2}}});
            drawn = g == 0 ? forge_name("sum", z, g)
                           : add(forge_name("drawn", z, g), "add", {drawn, forge_name("sum", z, g)});
        }
        add(forge_name("cells", z), "interleave", {images[0], images[2], images[3], images[1]},
            {{"factor", {2, 2}}});
        scale(forge_name("drawn_positive", z), drawn, 1, 1e-6);
        add(forge_name("drawn_inverse", z), "power", {forge_name("drawn_positive", z)}, {{"exponent", -1}});
        add(forge_name("correction", z), "multiply", {energy, forge_name("drawn_inverse", z)});
        add(forge_name("layer", z), "multiply", {forge_name("cells", z), forge_name("correction", z)});
        if (z + 1 < o_.nz) seen(forge_name("seen", z), forge_name("layer", z));
        if (o_.moving()) frame_.placed(z);
    }

  private:
    std::string group(std::size_t z, std::size_t g, const std::string& features, const std::string& drawn) {
        const auto [px, py] = forge_groups[g];
        const std::int64_t rows = forge_group_cells(o_.nx, px);
        const auto part = [&](const char* what) { return fmt::format("{}_{}", what, g); };
        std::array<ForgeTaps, 2> from_all{onto_group(o_.nx, px), onto_group(o_.ny, py)};
        const std::string seen_from =
            ForgeWriter::around(forge_name("past_around", z, g), features, from_all[0]);
        // One kernel for all groups: they differ in where it lies.
        core::Json around = {
            {"filters", o_.channels},
            {"kernel", {3, 3}},
            {"stride", {2, 2}},
            {"padding", {{from_all[0].low, from_all[0].high}, {from_all[1].low, from_all[1].high}}},
            {"bias", false},
            {"initialiser", "he_uniform"}};
        if (z > 0 || g > 0) around["tensors"] = forge_name("around", 0, 0);
        add(forge_name("around", z, g), "conv2d", {seen_from}, std::move(around));
        std::string sum = add(forge_name("around_placed", z, g), "add",
                              {forge_name("around", z, g), of_layer(part("place_features"), z, rows)});
        shift(forge_name("shift", z, g), z, 0, o_.channels);
        sum = add(forge_name("around_sum", z, g), "add", {sum, forge_name("shift", z, g)});
        const std::string context = activated(forge_name("context", z, g), sum);

        constexpr ForgeTaps one{1, 0, 0};
        const std::string first = shared(part("first"), z, context, o_.hidden, {one, one}, 1, false);
        sum = add(first + "_placed", "add", {first, of_layer(part("fine_features"), z, rows)});
        for (std::size_t before = 0; before < g; ++before) {
            const std::array<ForgeTaps, 2> taps{between_groups(o_.nx, forge_groups[before][0], px),
                                                between_groups(o_.ny, forge_groups[before][1], py)};
            const std::string near = shared(fmt::format("near_{}_{}", g, before), z,
                                            forge_name("seen", z, before), o_.hidden, taps, 1, false);
            sum = add(fmt::format("{}_sum", near), "add", {sum, near});
        }
        shift(forge_name("hidden_shift", z, g), z, o_.channels + static_cast<std::int64_t>(g) * o_.hidden,
              o_.hidden);
        std::string shifts = forge_name("hidden_shift", z, g);
        const std::string rest = g == 0 ? forge_name("layer_energy", z) : left(z, g, drawn);
        if (g > 0) shifts = add(forge_name("all_shifts", z, g), "add", {shifts, rest_shifts(z, g, rest)});
        sum = add(forge_name("first_sum", z, g), "add", {sum, shifts});
        const std::string active = activated(forge_name("first_active", z, g), sum);
        const std::string second = shared(part("second"), z, active, o_.hidden, {one, one}, 1, true);
        sum = add(second + "_sum", "add", {second, active});
        activated(forge_name("second_active", z, g), sum);
        const std::string hidden =
            add(forge_name("hidden", z, g), "add",
                {forge_name("second_active", z, g), core_.core(z, g, forge_name("first_sum", z, g), rest)});
        const std::string parameters =
            shared(part("parameters"), z, hidden, forge_sample_parameters, {one, one}, 1, true);
        core::Json rule = {{"knots", forge_knots}, {"zeros", true}};
        if (!o_.bend_from.empty()) rule.update(core::Json{{"from", o_.bend_from}, {"to", o_.bend_to}});
        const std::string cells =
            sample(forge_name("cells", z, g), parameters,
                   {1, forge_group_cells(o_.nx, px), forge_group_cells(o_.ny, py)}, std::move(rule));
        if (g + 1 < forge_groups.size()) seen(forge_name("seen", z, g), cells);
        return cells;
    }

    /// What is left of the layer's energy, MIP.
    std::string left(std::size_t z, std::size_t g, const std::string& drawn) {
        scale(forge_name("drawn_negative", z, g), drawn, -1);
        add(forge_name("difference", z, g), "add",
            {forge_name("layer_energy", z), forge_name("drawn_negative", z, g)});
        return add(forge_name("rest", z, g), "relu", {forge_name("difference", z, g)});
    }

    /// A shift for every hidden channel from what is left of the layer's energy, and from what of it the
    /// groups to come may expect.
    std::string rest_shifts(std::size_t z, std::size_t g, const std::string& rest) {
        const std::string energy = forge_name("layer_energy", z);
        logarithm(forge_name("rest_log", z, g), rest, 0.05, 1.0 / 3, 0);
        scale(forge_name("energy_positive", z, g), energy, 1, 0.05);
        add(forge_name("energy_inverse", z, g), "power", {forge_name("energy_positive", z, g)},
            {{"exponent", -1}});
        add(forge_name("rest_share", z, g), "multiply", {rest, forge_name("energy_inverse", z, g)});
        add(forge_name("rest_expected", z, g), "multiply", {energy, forge_name("to_come", z, g)});
        logarithm(forge_name("rest_expected_log", z, g), forge_name("rest_expected", z, g), 0.05, 1.0 / 3, 0);
        add(forge_name("rest_features", z, g), "concat",
            {forge_name("rest_log", z, g), forge_name("rest_share", z, g),
             forge_name("rest_expected_log", z, g)});
        core::Json parameters = {{"units", o_.hidden}, {"bias", false}};
        if (z > 0) parameters["tensors"] = forge_name("rest_shift", 0, g);
        add(forge_name("rest_shift", z, g), "dense", {forge_name("rest_features", z, g)},
            std::move(parameters));
        return reshape(forge_name("rest_shifts", z, g), forge_name("rest_shift", z, g), {o_.hidden, 1, 1});
    }

    ForgeFrame frame_;
    ForgeExpectation expectation_;
    ForgePlaces places_;
    ForgeCore core_;
};

}  // namespace

void write_forge_cells(ForgeDraft& draft) {
    Cells part(draft);
    part.begin();
    for (std::size_t z = 0; z < draft.options.nz; ++z) part.layer(z);
}

}  // namespace caloforge::network
