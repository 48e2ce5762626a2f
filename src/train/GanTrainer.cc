#include "train/GanTrainer.hh"

#include <fmt/format.h>

namespace caloforge::train {

StepOutcome GanTrainer::step(const data::ShowerBatch& batch, std::uint64_t step) {
    const StepReport report = step_(batch, step);
    std::string trouble = watch_.look(report, step + 1);
    if (!trouble.empty()) trouble += step_.where();
    return {report.json(),
            fmt::format("D real {:.3f} fake {:.3f}  G {:.3f}  energy {:.0f} %  sum {:.0f} %",
                        report.on_real.real, report.on_generated.real, report.generator.real,
                        report.generator.energy, report.generator.sum),
            trouble};
}

}  // namespace caloforge::train
