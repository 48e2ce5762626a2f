#include "train/LearningRate.hh"

#include <algorithm>

namespace caloforge::train {

LearningRate LearningRate::read(core::ConfigTable& optimiser) const {
    LearningRate out;
    out.rate = optimiser.number_in("learning_rate", 1e-12, 10, rate);
    out.rate_batch = static_cast<std::size_t>(
        optimiser.integer_in("rate_batch", 0, 1'000'000'000, static_cast<std::int64_t>(rate_batch)));
    out.warm_up = optimiser.number_in("warm_up_steps", 0, 1e9, warm_up);
    return out;
}

double LearningRate::at(std::uint64_t step, std::size_t batch) const {
    const double factor = rate_batch > 0 ? static_cast<double>(batch) / static_cast<double>(rate_batch) : 1.0;
    const double share = std::min(1.0, (static_cast<double>(step) + 1) / std::max(1.0, warm_up));
    return rate * (factor > 1 ? 1 + (factor - 1) * share : factor * share);
}

core::Json LearningRate::json() const {
    return {{"learning_rate", rate}, {"rate_batch", rate_batch}, {"warm_up", warm_up}};
}

}  // namespace caloforge::train
