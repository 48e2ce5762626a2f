#include "train/StepTimeline.hh"

#include <fmt/format.h>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Timeline.hh"

namespace caloforge::train {

void StepTimeline::before(std::uint64_t number) {
    if (file_.empty() || number != first_step) return;
    communicator_.gather("");  // clocks of other hosts count from elsewhere: all begin now
    core::timeline::begin();
}

void StepTimeline::behind(std::uint64_t number, bool last) {
    if (core::timeline::on() && (last || number + 1 == first_step + steps)) write();
    if (!file_.empty() && last && number < first_step) {
        core::warning(
            "no timeline was written: it begins behind the first step of a run, and there was no second.");
    }
}

void StepTimeline::write() {
    const core::Json mine =
        core::timeline::end(communicator_.rank(), fmt::format("rank {}", communicator_.rank()));
    const auto all = communicator_.gather(core::to_text(mine));
    if (!communicator_.first()) return;
    core::Json whole = mine;
    for (std::size_t r = 1; r < all.size(); ++r) {
        core::Json theirs = core::Json::parse(all[r]);
        for (auto& event : theirs.at("traceEvents")) whole["traceEvents"].push_back(std::move(event));
    }
    try {
        core::write_text(file_, core::to_text(whole));
        core::info("timeline: {}", file_.string());
    } catch (const core::Error& error) {  // worth less than the training
        core::warning("no timeline was written: {}", error.what());
    }
}

}  // namespace caloforge::train
