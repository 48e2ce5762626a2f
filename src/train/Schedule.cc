#include "train/Schedule.hh"

#include <fmt/format.h>

#include <algorithm>

#include "core/Error.hh"

namespace caloforge::train {

double Schedule::done(std::uint64_t step) const {
    if (step <= from_ || end_ <= from_) return done_from_;
    const double share = static_cast<double>(step - from_) / static_cast<double>(end_ - from_);
    return done_from_ + (1 - done_from_) * std::min(1.0, share);
}

void Schedule::move_end(std::uint64_t step, std::uint64_t end) {
    done_from_ = done(step);
    from_ = step;
    end_ = std::max(end, step + 1);
}

core::Json Schedule::json() const {
    return {{"from", from_}, {"done", done_from_}, {"end", end_}};
}

Schedule Schedule::from_json(const core::Json& json) {
    try {
        Schedule out(json.at("end").get<std::uint64_t>());
        out.from_ = json.at("from").get<std::uint64_t>();
        out.done_from_ = json.at("done").get<double>();
        return out;
    } catch (const core::Json::exception& error) {
        throw core::InputError(fmt::format(
            "the checkpoint does not say where the training ends ({}). Is it a checkpoint?", error.what()));
    }
}

}  // namespace caloforge::train
