#include <fmt/format.h>

#include "network/ForgeFrame.hh"

namespace caloforge::network {
namespace {

class Energies : public ForgeWriter {
  public:
    using ForgeWriter::ForgeWriter;

    void energies() {
        scale("energy_in_100", "energy", 0.01);
        add("energy_log", "log", {"energy_in_100"});
        scale("energy_in_10", "energy", 0.1);
        add("energy_root", "power", {"energy_in_10"}, {{"exponent", -0.5}});
        add("energy_square", "multiply", {"energy_log", "energy_log"});
        scale("energy_quarter", "energy_square", 0.25);
        add("energy_product", "multiply", {"energy_quarter", "energy_log"});
        scale("energy_cube", "energy_product", 0.25);
        std::vector<std::string> known{"energy_log", "energy_root", "energy_quarter", "energy_cube"};
        for (const std::string& feature : ForgeFrame(draft_).describe()) known.push_back(feature);
        add("energy_features", "concat", known);
        sample("response", distribution("response", "energy_features", false), {1}, rule(false));
        add("deposited_relative", "multiply", {"response", "energy"});
        scale("deposited", "deposited_relative", o_.response / o_.mip);
        // Fluctuations of the response are some per cent.
        logarithm("response_feature", "response", 0, 8, 0);
        std::string features = add("features_0", "concat", {"energy_features", "response_feature"});
        std::string left = "deposited";
        std::size_t number = 0;
        for (const std::size_t z : forge_layer_order(o_)) {
            const std::string ratio = forge_name("layer_ratio", z);
            sample(ratio, filled_where_expected(z, distribution(ratio, features), left), {1}, rule(true));
            scale(forge_name("layer_whole", z), ratio, 1, 1);
            add(forge_name("layer_rest", z), "power", {forge_name("layer_whole", z)}, {{"exponent", -1}});
            left = add(forge_name("left", z), "multiply", {left, forge_name("layer_rest", z)});
            add(forge_name("layer_energy", z), "multiply", {left, ratio});
            // 3 tanh(x / 3): features stay within what training saw, whatever was drawn.
            logarithm(forge_name("layer_wide", z), ratio, 1e-4, 0.5, 1);
            scale(forge_name("layer_doubled", z), forge_name("layer_wide", z), 2.0 / 3);
            add(forge_name("layer_bounded", z), "sigmoid", {forge_name("layer_doubled", z)});
            scale(forge_name("layer_feature", z), forge_name("layer_bounded", z), 6, -3);
            features = add(fmt::format("features_{}", ++number), "concat",
                           {features, forge_name("layer_feature", z)});
        }
        scale(forge_name("layer_energy", o_.pivot), left, 1);
    }

    /// What the cells are told about the whole shower: shifts, gains and weights for every layer.
    void profile() {
        std::vector<std::string> logs{"energy_features", "response_feature"};
        for (std::size_t z = 0; z < o_.nz; ++z)
            logs.push_back(logarithm(forge_name("layer_log", z), forge_name("layer_energy", z), 0.05, 1.0 / 3,
                                     -5.0 / 3));
        concat("profile", logs);
        add("profile_hidden", "dense", {"profile"}, {{"units", o_.profile_hidden}});
        add("profile_active", "silu", {"profile_hidden"});
        const std::int64_t each = forge_shifts_per_layer(o_);
        const std::int64_t all = each * static_cast<std::int64_t>(o_.nz);
        add("profile_shifts", "dense", {"profile_active"}, {{"units", all}});
        reshape("shifts", "profile_shifts", {all, 1, 1});
    }

  private:
    /// The parameters of a layer's ratio: the logit of not being empty counts from what the layer's median
    /// energy of so many MIP says by itself. Networks alone left a layer that expects a thousand MIP empty
    /// once in ten thousand: in a training part where that never happens, little pulls against it, and the
    /// layers drawn after an empty one are those of no shower.
    std::string filled_where_expected(std::size_t z, const std::string& parameters, const std::string& left) {
        const auto name = [&](const char* what) { return forge_name(std::string("layer_") + what, z); };
        add(name("logit"), "slice", {parameters}, {{"axis", 0}, {"begin", 0}, {"end", 1}});
        add(name("location"), "slice", {parameters}, {{"axis", 0}, {"begin", 1}, {"end", 2}});
        add(name("others"), "slice", {parameters},
            {{"axis", 0}, {"begin", 1}, {"end", forge_energy_parameters}});
        add(name("median_share"), "sigmoid", {name("location")});
        add(name("median"), "multiply", {name("median_share"), left});
        scale(name("median_more"), name("median"), 1, 1);
        add(name("median_root"), "power", {name("median_more")}, {{"exponent", 0.5}});
        scale(name("expected"), name("median_root"), 3, -3);
        add(name("filled"), "add", {name("logit"), name("expected")});
        return add(name("rule"), "concat", {name("filled"), name("others")});
    }

    static core::Json rule(bool zeros) { return {{"knots", forge_energy_knots}, {"zeros", zeros}}; }
};

}  // namespace

void write_forge_energies(ForgeDraft& draft) {
    Energies part(draft);
    part.energies();
    part.profile();
}

}  // namespace caloforge::network
