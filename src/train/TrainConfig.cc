#include "train/TrainConfig.hh"

#include <algorithm>

#include "core/Error.hh"

namespace caloforge::train {
namespace {

void read_forge(core::ConfigTable& whole, TrainConfig& c) {
    core::ConfigTable table = whole.table("forge");
    const auto width = [&](const char* key, std::int64_t most, std::int64_t& value) {
        value = table.integer_in(key, 1, most, value);
    };
    constexpr std::int64_t widest = 1024;
    width("energy_hidden", widest, c.forge.energy_hidden);
    width("profile_hidden", widest, c.forge.profile_hidden);
    width("past_layers", 16, c.forge.past_layers);
    width("past_kernel", 15, c.forge.past_kernel);
    if (c.forge.past_kernel % 2 == 0)
        throw core::InputError("forge.past_kernel must be odd, so that it has a middle. 3 or 5?");
    width("past_channels", widest, c.forge.past_channels);
    width("channels", widest, c.forge.channels);
    width("hidden", widest, c.forge.hidden);
}

void read_gan_optimiser(core::ConfigTable& optimiser, TrainConfig& c) {
    c.half_life = optimiser.number_in("half_life_steps", 0, 1e12, c.half_life);
    c.rho = optimiser.number_in("rho", 0, 1, c.rho);
    c.epsilon = optimiser.number_in("epsilon", 1e-30, 1, c.epsilon);
}

void read_gan_loss(core::ConfigTable& whole, TrainConfig& c) {
    core::ConfigTable loss = whole.table("loss");
    c.weight_real = loss.number_in("real", 0, 1e6, c.weight_real);
    c.weight_energy = loss.number_in("energy", 0, 1e6, c.weight_energy);
    c.weight_sum = loss.number_in("sum", 0, 1e6, c.weight_sum);
}

}  // namespace

TrainConfig TrainConfig::read(core::ConfigTable& table) {
    TrainConfig c;
    core::ConfigTable data = table.table("data");
    c.data = data.texts("train", std::vector<std::string>{});
    c.validation = data.texts("validation", std::vector<std::string>{});
    c.data_scale = data.number_in("scale", 0, 1e12, c.data_scale);
    c.shuffle_window = static_cast<std::size_t>(
        data.integer_in("shuffle_window", 1, 100'000'000, static_cast<std::int64_t>(c.shuffle_window)));

    core::ConfigTable model = table.table("model");
    c.name = model.text("name", c.name);
    c.network = model.choice("network", {"gan3d", "forge"}, c.network);
    c.detector = model.text("detector", c.detector);
    if (c.network == "gan3d") c.fit_cell_scale = model.boolean("fit_cell_scale", c.fit_cell_scale);
    c.sum_degree = static_cast<int>(model.integer_in("sum_degree", 1, 4, c.sum_degree));

    const bool forge = c.network == "forge";
    if (forge) read_forge(table, c);

    core::ConfigTable training = table.table("training");
    c.seed = static_cast<std::uint64_t>(
        training.integer_in("seed", 0, INT64_MAX, static_cast<std::int64_t>(c.seed)));
    c.batch =
        static_cast<std::size_t>(training.integer_in("batch", 2, 65536, static_cast<std::int64_t>(c.batch)));
    c.epochs = training.integer_in("epochs", 1, 1'000'000, c.epochs);
    c.steps = training.integer_in("steps", 0, INT64_MAX, c.steps);
    c.minutes = training.number_in("minutes", 0, 1e6, c.minutes);
    if (forge) {
        c.start_from = training.text("start_from", c.start_from);
        c.augment = training.boolean("augment", c.augment);
    } else {
        c.label_flip = training.number_in("label_flip", 0, 0.5, c.label_flip);
        c.generator_steps =
            static_cast<int>(training.integer_in("generator_steps", 1, 16, c.generator_steps));
        c.micro_batch = static_cast<std::size_t>(
            training.integer_in("micro_batch", 0, 65536, static_cast<std::int64_t>(c.micro_batch)));
        if (c.micro_batch == 1) {
            throw core::InputError(
                "training.micro_batch: batch normalisation needs two showers at once. 2 or more, or 0 for "
                "the "
                "whole batch?");
        }
        c.synchronise_norm = training.boolean("synchronise_norm", c.synchronise_norm);
        c.kernels = training.choice("kernels", {"native", "stock"}, c.kernels);
        c.precision = training.choice("precision", {"float32", "tf32", "bfloat16"}, c.precision);
    }
    c.device = training.text("device", c.device);
    c.patience = training.number_in("patience", 1, 1e6, c.patience);
    c.threads = static_cast<int>(training.integer_in("threads", 0, 4096, c.threads));

    core::ConfigTable optimiser = table.table("optimiser");
    if (forge) c.learning_rate = 3e-3;
    if (forge) c.warm_up = 100;
    c.learning_rate = optimiser.number_in("learning_rate", 1e-12, 10, c.learning_rate);
    c.rate_batch = static_cast<std::size_t>(
        optimiser.integer_in("rate_batch", 0, 1'000'000'000, static_cast<std::int64_t>(c.rate_batch)));
    c.warm_up = optimiser.number_in("warm_up_steps", 0, 1e9, c.warm_up);
    if (forge) {
        c.final_rate = optimiser.number_in("final_share", 0, 1, c.final_rate);
        c.beta1 = optimiser.number_in("beta1", 0, 0.99999, c.beta1);
        c.beta2 = optimiser.number_in("beta2", 0, 0.99999, c.beta2);
        c.weight_decay = optimiser.number_in("weight_decay", 0, 1, c.weight_decay);
        c.clip = optimiser.number_in("clip", 1e-6, 1e12, c.clip);
        c.average = optimiser.number_in("average", 0, 0.999999, c.average);
    } else {
        read_gan_optimiser(optimiser, c);
    }

    if (!forge) read_gan_loss(table, c);
    core::ConfigTable checkpoint = table.table("checkpoint");
    c.checkpoint_every = checkpoint.integer_in("every_steps", 1, INT64_MAX, c.checkpoint_every);
    c.checkpoint_keep = static_cast<std::size_t>(
        checkpoint.integer_in("keep", 1, 1'000'000, static_cast<std::int64_t>(c.checkpoint_keep)));
    table.finish();
    return c;
}

double TrainConfig::rate(std::uint64_t step) const {
    const double factor = rate_batch > 0 ? static_cast<double>(batch) / static_cast<double>(rate_batch) : 1.0;
    const double share = std::min(1.0, (static_cast<double>(step) + 1) / std::max(1.0, warm_up));
    return learning_rate * (factor > 1 ? 1 + (factor - 1) * share : factor * share);
}

core::Json TrainConfig::json() const {
    core::Json out = physics();
    out.update(core::Json{{"data", data},
                          {"validation", validation},
                          {"name", name},
                          {"start_from", start_from},
                          {"epochs", epochs},
                          {"steps", steps},
                          {"minutes", minutes},
                          {"device", device},
                          {"threads", threads},
                          {"kernels", kernels},
                          {"patience", patience},
                          {"checkpoint", {{"every_steps", checkpoint_every}, {"keep", checkpoint_keep}}}});
    return out;
}

core::Json TrainConfig::physics() const {
    core::Json out = {{"network", network},
                      {"detector", detector},
                      {"seed", seed},
                      {"batch", batch},
                      {"sum_degree", sum_degree},
                      {"learning_rate", learning_rate},
                      {"rate_batch", rate_batch},
                      {"warm_up", warm_up},
                      {"data_scale", data_scale},
                      {"shuffle_window", shuffle_window}};
    if (network == "forge") {
        out.update({{"energy_hidden", forge.energy_hidden},
                    {"profile_hidden", forge.profile_hidden},
                    {"past_layers", forge.past_layers},
                    {"past_kernel", forge.past_kernel},
                    {"past_channels", forge.past_channels},
                    {"channels", forge.channels},
                    {"hidden", forge.hidden},
                    {"augment", augment},
                    {"final_rate", final_rate},
                    {"beta1", beta1},
                    {"beta2", beta2},
                    {"weight_decay", weight_decay},
                    {"clip", clip},
                    {"average", average},
                    // The learning rate follows from where the end is.
                    {"epochs", epochs},
                    {"steps", steps}});
        return out;
    }
    out.update({{"fit_cell_scale", fit_cell_scale},
                {"half_life", half_life},
                {"rho", rho},
                {"epsilon", epsilon},
                {"weight_real", weight_real},
                {"weight_energy", weight_energy},
                {"weight_sum", weight_sum},
                {"label_flip", label_flip},
                {"synchronise_norm", synchronise_norm},
                {"generator_steps", generator_steps},
                {"precision", precision}});
    if (micro_batch > 0) out["micro_batch"] = micro_batch;  // absent in older checkpoints
    return out;
}

}  // namespace caloforge::train
