#include "family/forge/ForgeSettings.hh"

#include "core/Error.hh"
#include "family/forge/ForgeRecipe.hh"

namespace caloforge::family::forge {
namespace {

void read_widths(core::ConfigTable table, network::ForgeOptions& options) {
    const auto width = [&](const char* key, std::int64_t most, std::int64_t& value) {
        value = table.integer_in(key, 1, most, value);
    };
    constexpr std::int64_t widest = 1024;
    options.window = table.integer_in("window", 5, 1000, options.window);
    options.clusters = table.integer_in("clusters", 0, 4096, options.clusters);
    width("energy_hidden", widest, options.energy_hidden);
    width("energy_bottleneck", widest, options.energy_bottleneck);
    width("profile_hidden", widest, options.profile_hidden);
    width("past_layers", 16, options.past_layers);
    width("past_kernel", 15, options.past_kernel);
    if (options.past_kernel % 2 == 0)
        throw core::InputError("forge.past_kernel must be odd, so that it has a middle. 3 or 5?");
    width("past_channels", widest, options.past_channels);
    width("channels", widest, options.channels);
    width("hidden", widest, options.hidden);
    width("core", widest, options.core);
}

}  // namespace

ForgeSettings ForgeSettings::read(core::ConfigTable& table, std::uint64_t showers) {
    ForgeSettings s;
    s.widths.energy_bottleneck = forge_bottleneck(showers);
    read_widths(table.table("forge"), s.widths);

    core::ConfigTable training = table.table("training");
    s.start_from = training.text("start_from", s.start_from);
    s.augment = training.boolean("augment", s.augment);
    s.energy_weight = training.number_in("energy_weight", 0, 2, s.energy_weight);
    s.layers_per_step = training.integer_in("layers_per_step", 0, 100000, s.layers_per_step);

    core::ConfigTable optimiser = table.table("optimiser");
    s.rate = s.rate.read(optimiser);
    s.final_rate = optimiser.number_in("final_share", 0, 1, s.final_rate);
    s.beta1 = optimiser.number_in("beta1", 0, 0.99999, s.beta1);
    s.beta2 = optimiser.number_in("beta2", 0, 0.99999, s.beta2);
    s.weight_decay = optimiser.number_in("weight_decay", 0, 1, s.weight_decay);
    s.energy_decay = optimiser.number_in("energy_decay", 0, 10, s.energy_decay);
    s.clip = optimiser.number_in("clip", 1e-6, 1e12, s.clip);
    s.average = optimiser.number_in("average", 0, 0.999999, s.average);
    return s;
}

core::Json ForgeSettings::physics() const {
    core::Json out = rate.json();
    out.update(core::Json{{"window", widths.window},
                          {"clusters", widths.clusters},
                          {"energy_hidden", widths.energy_hidden},
                          {"energy_bottleneck", widths.energy_bottleneck},
                          {"profile_hidden", widths.profile_hidden},
                          {"past_layers", widths.past_layers},
                          {"past_kernel", widths.past_kernel},
                          {"past_channels", widths.past_channels},
                          {"channels", widths.channels},
                          {"hidden", widths.hidden},
                          {"core", widths.core},
                          {"augment", augment},
                          {"layers_per_step", layers_per_step},
                          {"energy_weight", energy_weight},
                          {"final_rate", final_rate},
                          {"beta1", beta1},
                          {"beta2", beta2},
                          {"weight_decay", weight_decay},
                          {"energy_decay", energy_decay},
                          {"clip", clip},
                          {"average", average}});
    return out;
}

}  // namespace caloforge::family::forge
