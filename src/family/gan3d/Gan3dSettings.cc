#include "family/gan3d/Gan3dSettings.hh"

#include "core/Error.hh"

namespace caloforge::family::gan3d {

Gan3dSettings Gan3dSettings::read(core::ConfigTable& table) {
    Gan3dSettings s;
    s.scale_cells = table.table("model").boolean("fit_cell_scale", s.scale_cells);

    core::ConfigTable training = table.table("training");
    s.label_flip = training.number_in("label_flip", 0, 0.5, s.label_flip);
    s.augment = training.boolean("augment", s.augment);
    s.graph = training.boolean("graph", s.graph);
    s.generator_steps = static_cast<int>(training.integer_in("generator_steps", 1, 16, s.generator_steps));
    s.micro_batch = static_cast<std::size_t>(
        training.integer_in("micro_batch", 0, 65536, static_cast<std::int64_t>(s.micro_batch)));
    if (s.micro_batch == 1) {
        throw core::InputError(
            "training.micro_batch: batch normalisation needs two showers at once. 2 or more, or 0 for the "
            "whole batch?");
    }
    s.synchronise_norm = training.boolean("synchronise_norm", s.synchronise_norm);
    s.kernels = training.choice("kernels", {"native", "stock"}, s.kernels);
    s.precision = training.choice("precision", {"float32", "tf32", "bfloat16", "float64"}, s.precision);

    core::ConfigTable optimiser = table.table("optimiser");
    s.rate = s.rate.read(optimiser);
    s.half_life = optimiser.number_in("half_life_steps", 0, 1e12, s.half_life);
    s.rho = optimiser.number_in("rho", 0, 1, s.rho);
    s.epsilon = optimiser.number_in("epsilon", 1e-30, 1, s.epsilon);
    s.average = optimiser.number_in("average", 0, 0.999999, s.average);

    core::ConfigTable loss = table.table("loss");
    s.weight_real = loss.number_in("real", 0, 1e6, s.weight_real);
    s.weight_energy = loss.number_in("energy", 0, 1e6, s.weight_energy);
    s.weight_sum = loss.number_in("sum", 0, 1e6, s.weight_sum);
    return s;
}

core::Json Gan3dSettings::physics() const {
    core::Json out = rate.json();
    out.update(core::Json{{"fit_cell_scale", scale_cells},
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
    // Absent in older checkpoints.
    if (micro_batch > 0) out["micro_batch"] = micro_batch;
    if (augment) out["augment"] = augment;
    if (average > 0) out["average"] = average;
    return out;
}

}  // namespace caloforge::family::gan3d
