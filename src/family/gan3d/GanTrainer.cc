#include "family/gan3d/GanTrainer.hh"

#include <fmt/format.h>

#include "train/MicroBatch.hh"

namespace caloforge::family::gan3d {
namespace {

const Gan3dSettings& settings_of(const train::TrainingContext& context) {
    return dynamic_cast<const Gan3dSettings&>(*context.config.settings);
}

train::Measures measures(const StepReport& report) {
    const auto number = [](const char* label, double value) {
        return fmt::format("{} {:.3f}", label, value);
    };
    const auto percent = [](const char* label, double value) {
        return fmt::format("{} {:.0f} %", label, value);
    };
    const PassLosses &real = report.on_real, &made = report.on_generated, &generator = report.generator;
    return {{"discriminator_real.real", real.real, number("D real", real.real)},
            {"discriminator_real.energy", real.energy, ""},
            {"discriminator_real.sum", real.sum, ""},
            {"discriminator_generated.real", made.real, number("D fake", made.real)},
            {"discriminator_generated.energy", made.energy, ""},
            {"discriminator_generated.sum", made.sum, ""},
            {"generator.real", generator.real, number("G", generator.real)},
            {"generator.energy", generator.energy, percent("energy", generator.energy)},
            {"generator.sum", generator.sum, percent("sum", generator.sum)},
            {"empty_share", report.empty_share, ""},
            {"diversity", report.diversity, ""}};
}

}  // namespace

GanTrainer::GanTrainer(const train::TrainingContext& context)
    : step_(context.config, settings_of(context), context.normalisation, context.communicator),
      share_(context.config.batch / context.communicator.ranks()),
      micro_batch_(settings_of(context).micro_batch) {}

train::StepOutcome GanTrainer::step(const data::ShowerBatch& batch, std::uint64_t step) {
    const StepReport report = step_(batch, step);
    std::string trouble = watch_.look(report, step + 1);
    if (!trouble.empty()) trouble += step_.where();
    return {measures(report),
            trouble,
            {{"discriminator, real", report.seconds[0]},
             {"discriminator, generated", report.seconds[1]},
             {"generator", report.seconds[2]},
             {"input", report.seconds[3]}}};
}

std::string GanTrainer::setting_that_fits(double share) const {
    const std::size_t now = micro_batch_ > 0 ? micro_batch_ : share_;
    const auto most = static_cast<std::size_t>(static_cast<double>(now) * share);
    const std::size_t fits = train::micro_batch_that_fits(share_, most);
    return fits < now ? fmt::format("training.micro_batch = {}", fits) : "";
}

}  // namespace caloforge::family::gan3d
