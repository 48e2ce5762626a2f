#include "train/TrainConfig.hh"

#include <fmt/format.h>

#include <algorithm>

namespace caloforge::train {
namespace {

std::size_t size_in(core::ConfigTable& table, const char* key, std::int64_t low, std::int64_t high,
                    std::size_t value) {
    return static_cast<std::size_t>(table.integer_in(key, low, high, static_cast<std::int64_t>(value)));
}

const Family& choose(core::ConfigTable& model, Families families) {
    std::vector<std::string> names;
    for (const Family* family : families) names.push_back(family->name());
    const std::string name = model.choice("network", names, names.front());
    return **std::ranges::find(families, name, [](const Family* family) { return family->name(); });
}

/// Where the training ends.
void read_end(core::ConfigTable& training, const Recipe& recipe, TrainConfig& c) {
    c.minutes = training.number_in("minutes", 0, 1e6, c.minutes);
    c.steps = training.integer_in("steps", 0, INT64_MAX, c.steps);
    const bool plans = c.family->abilities().end_matters;
    const bool time_alone = plans && c.minutes > 0 && c.steps == 0;
    c.most_epochs = recipe.epochs;
    c.epochs = training.integer_in("epochs", 0, 1'000'000, time_alone ? 0 : recipe.epochs);
    if (c.epochs > 0 || c.steps > 0 || time_alone) return;
    training.fail("epochs", fmt::format("is 0 (then nothing says where the training ends). 1 or more{}?",
                                        plans ? ", or `training.minutes`" : ""));
}

void read_held_out(core::ConfigTable& data, const Recipe& recipe, TrainConfig& c) {
    const bool others = !c.validation.empty();
    c.held_out =
        size_in(data, "held_out", 0, INT64_MAX, others ? 0 : static_cast<std::size_t>(recipe.held_out));
    if (c.held_out > 0 && others)
        data.fail("held_out",
                  fmt::format("is {}, but `data.validation` names showers to look at. Leave one of them out?",
                              c.held_out));
}

}  // namespace

data::ReadOptions TrainConfig::read_options() const {
    data::ReadOptions read;
    read.scale = data_scale;
    read.energy_scale = data_energy_scale;
    read.scale_name = "`data.scale`";
    return read;
}

TrainConfig TrainConfig::read(core::ConfigTable& table, Families families, std::uint64_t showers) {
    TrainConfig c;
    core::ConfigTable model = table.table("model");
    c.name = model.text("name", c.name);
    c.family = &choose(model, families);
    c.detector = model.text("detector", c.detector);
    c.sum_degree = static_cast<int>(model.integer_in("sum_degree", 1, 4, c.sum_degree));
    const Recipe recipe = c.family->recipe(showers);

    core::ConfigTable data = table.table("data");
    c.data = data.texts("train", std::vector<std::string>{});
    c.validation = data.texts("validation", std::vector<std::string>{});
    c.data_scale = data.number_in("scale", 0, 1e12, c.data_scale);
    c.data_energy_scale = data.number_in("energy_scale", 0, 1e12, c.data_energy_scale);
    c.shuffle_window = size_in(data, "shuffle_window", 1, 100'000'000, c.shuffle_window);
    read_held_out(data, recipe, c);

    core::ConfigTable training = table.table("training");
    c.seed = static_cast<std::uint64_t>(
        training.integer_in("seed", 0, INT64_MAX, static_cast<std::int64_t>(c.seed)));
    c.batch = size_in(training, "batch", 2, 65536, recipe.batch);
    read_end(training, recipe, c);
    c.device = training.text("device", c.device);
    c.patience = training.number_in("patience", 1, 1e6, c.patience);
    c.threads = static_cast<int>(training.integer_in("threads", 0, 4096, c.threads));

    core::ConfigTable checkpoint = table.table("checkpoint");
    c.checkpoint_every = checkpoint.integer_in("every_steps", 1, INT64_MAX, recipe.checkpoint_every);
    c.checkpoint_keep = size_in(checkpoint, "keep", 1, 1'000'000, c.checkpoint_keep);
    c.settings = c.family->read(table, showers);
    table.finish();
    return c;
}

core::Json TrainConfig::json() const {
    core::Json out = physics();
    out.update(core::Json{{"data", data},
                          {"validation", validation},
                          {"held_out", held_out},
                          {"name", name},
                          {"epochs", epochs},
                          {"steps", steps},
                          {"minutes", minutes},
                          {"device", device},
                          {"threads", threads},
                          {"patience", patience},
                          {"checkpoint", {{"every_steps", checkpoint_every}, {"keep", checkpoint_keep}}}});
    out.update(settings->others());
    return out;
}

core::Json TrainConfig::physics() const {
    core::Json out = {{"network", family->name()},
                      {"detector", detector},
                      {"seed", seed},
                      {"batch", batch},
                      {"sum_degree", sum_degree},
                      {"data_scale", data_scale},
                      {"shuffle_window", shuffle_window}};
    // Only where it is used: trainings that do not go on.
    if (data_energy_scale > 0) out["data_energy_scale"] = data_energy_scale;
    if (held_out > 0) out["held_out"] = held_out;
    out.update(settings->physics());
    if (by_time()) out["minutes"] = minutes;
    if (family->abilities().end_matters) out.update({{"epochs", epochs}, {"steps", steps}});
    return out;
}

}  // namespace caloforge::train
