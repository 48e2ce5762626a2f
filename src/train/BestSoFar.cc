#include "train/BestSoFar.hh"

#include <fmt/format.h>

#include <cmath>

#include "core/Error.hh"

namespace caloforge::train {

bool BestSoFar::add(std::uint64_t step, double loss) {
    // NaN is never better, and everything is better than NaN.
    const bool better = looks_ == 0 || loss < loss_ || (std::isnan(loss_) && !std::isnan(loss));
    ++looks_;
    worse_ = better ? 0 : worse_ + 1;
    if (!better) return false;
    step_ = step;
    loss_ = loss;
    return true;
}

bool BestSoFar::given_up(std::uint64_t step, std::uint64_t end) const {
    constexpr std::uint64_t looks = 4, parts = 4;
    return end > 0 && worse_ >= looks && (step - step_) * parts >= end;
}

core::Json BestSoFar::json() const {
    return {{"step", step_}, {"loss", loss_}, {"looks", looks_}, {"worse", worse_}};
}

BestSoFar BestSoFar::from_json(const core::Json& json) {
    try {
        BestSoFar out;
        out.step_ = json.at("step").get<std::uint64_t>();
        out.loss_ = json.at("loss").get<double>();
        out.looks_ = json.at("looks").get<std::uint64_t>();
        out.worse_ = json.at("worse").get<std::uint64_t>();
        return out;
    } catch (const core::Json::exception& error) {
        throw core::InputError(fmt::format(
            "the checkpoint does not say which step was the best ({}). Is it a checkpoint?", error.what()));
    }
}

}  // namespace caloforge::train
