#include "train/Survey.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"
#include "core/Log.hh"

namespace caloforge::train {

Survey survey(const data::ShowerSet& set, std::size_t first, std::size_t last) {
    constexpr std::size_t batch_size = 256;
    Survey out;
    out.layer_sums.assign(set.readout().layers(), 0.0);
    std::vector<double> layers(set.readout().layers());
    set.for_each_batch(first, last, batch_size, [&](const data::ShowerBatch& batch, std::size_t) {
        const auto impact = batch.conditions.values("impact");
        out.impact = out.impact && !impact.empty();
        for (std::size_t i = 0; i < batch.size(); ++i) {
            ++out.showers;
            std::fill(layers.begin(), layers.end(), 0.0);
            const auto cells = batch.shower(i);
            for (std::size_t c = 0; c < cells.size(); ++c) layers[c % layers.size()] += cells[c];
            double sum = 0;
            for (const double layer : layers) sum += layer;
            if (!(sum > 0)) {
                ++out.empty;
                continue;
            }
            for (std::size_t z = 0; z < layers.size(); ++z) out.layer_sums[z] += layers[z] / sum;
            if (impact.empty()) continue;
            out.half_x = std::max(out.half_x, static_cast<double>(std::abs(impact[2 * i])));
            out.half_y = std::max(out.half_y, static_cast<double>(std::abs(impact[2 * i + 1])));
        }
    });
    return out;
}

void Survey::add(const Survey& other) {
    showers += other.showers;
    empty += other.empty;
    layer_sums.resize(std::max(layer_sums.size(), other.layer_sums.size()));
    for (std::size_t z = 0; z < other.layer_sums.size(); ++z) layer_sums[z] += other.layer_sums[z];
    impact = impact && other.impact;
    half_x = std::max(half_x, other.half_x);
    half_y = std::max(half_y, other.half_y);
}

core::Json Survey::json() const {
    return {{"showers", showers}, {"empty", empty},   {"layer_sums", layer_sums},
            {"impact", impact},   {"half_x", half_x}, {"half_y", half_y}};
}

Survey Survey::from_json(const core::Json& json) {
    return {json.at("showers").get<std::uint64_t>(),
            json.at("empty").get<std::uint64_t>(),
            json.at("layer_sums").get<std::vector<double>>(),
            json.at("impact").get<bool>(),
            json.at("half_x").get<double>(),
            json.at("half_y").get<double>()};
}

void judge(const Survey& survey, double energy_low, double energy_high) {
    const std::uint64_t filled = survey.showers - survey.empty;
    if (filled < least_showers) {
        throw core::InputError(
            fmt::format("the training part holds {} showers with a deposit; {} are the least that anything "
                        "can be learned "
                        "from, some thousands are wanted. Simulate more (`caloforge simulate`)?",
                        filled, least_showers));
    }
    if (survey.empty > filled) {
        throw core::InputError(
            fmt::format("{} of {} training showers are empty. Are the data in another unit (data.scale)?",
                        survey.empty, survey.showers));
    }
    if (survey.empty > 0) {
        core::warning(
            "{} of {} training showers are empty and are left out: the model will not make empty showers.",
            survey.empty, survey.showers);
    }
    if (filled < few_showers) {
        core::warning(
            "{} training showers are few: means and profiles will be learned, but not the fluctuations of "
            "the layers' energies and their correlations, which take some thousands.",
            filled);
    }
    constexpr double narrow = 1.5;
    if (energy_low != energy_high && energy_high < narrow * energy_low) {
        core::warning(
            "the incident energies, {:.4g} to {:.4g} GeV, span less than a factor of {}: the model cannot be "
            "used beyond them.",
            energy_low, energy_high, narrow);
    }
    if (!survey.impact) {
        core::warning(
            "the showers do not say where their particles enter (data set `impact`, or `extra` with x0, y0): "
            "the model takes no impact point, and its first layers have to guess where the axis is.");
    }
}

}  // namespace caloforge::train
