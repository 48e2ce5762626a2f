#include <fmt/format.h>

#include <iostream>

#include "Bench.hh"
#include "Stopwatch.hh"
#include "comm/Rehearsal.hh"
#include "comm/Together.hh"
#include "core/AtomicFile.hh"
#include "core/Clock.hh"
#include "model/Memory.hh"
#include "model/Threads.hh"
#include "plugin/BenchTrainer.hh"
#include "train/RankDevice.hh"

namespace caloforge::app {
namespace {

using comm::RehearsedPart;
using core::Json;

/// A step as one array per part: ["compute", s], ["start", number, count, bytes], ["wait", number].
Json step_json(const std::vector<RehearsedPart>& parts) {
    Json out = Json::array();
    for (const auto& part : parts) {
        switch (part.kind) {
            case RehearsedPart::Kind::compute:
                out.push_back({"compute", part.seconds});
                break;
            case RehearsedPart::Kind::start:
                out.push_back({"start", part.number, part.count, part.bytes});
                break;
            case RehearsedPart::Kind::wait:
                out.push_back({"wait", part.number});
                break;
        }
    }
    return out;
}

}  // namespace

void bench_record(const BenchOptions& options, comm::Communicator& communicator) {
    comm::together(communicator, [&] {
        if (communicator.first()) core::AtomicFile(options.record);  // now rather than behind the measurement
    });
    model::use_threads(std::max(options.threads, 1));
    model::keep_memory();
    const std::string device = train::rank_device(options.device, communicator);
    const std::size_t batch = options.batches.empty() ? 8 : options.batches.front();
    BenchTrainer alone(options, device, batch, "");
    comm::Rehearsal rehearsal(options.pretended_ranks);
    BenchTrainer together(options, device, batch, "", rehearsal);
    std::uint64_t number = 0;
    Timings one, many;
    Json steps = Json::array();
    alone.step(number);
    together.step(number);
    // Ranks that were started together disturb each other as they would in a training, but do not wait.
    communicator.gather("");
    for (const auto start = core::Clock::now(); core::seconds_since(start) < options.seconds;) {
        ++number;
        const auto before_one = core::Clock::now();
        alone.step(number);
        one.add(core::seconds_since(before_one));
        const auto before_many = core::Clock::now();
        rehearsal.record();
        together.step(number);
        std::array<double, 2> ending{};  // the loop asks whether any rank is to stop
        rehearsal.sum(ending);
        steps.push_back(step_json(rehearsal.recorded()));
        many.add(core::seconds_since(before_many));
    }
    const auto all = communicator.gather(core::to_text(steps));
    comm::together(communicator, [&] {
        if (!communicator.first()) return;
        Json out = bench_json(Json::array());
        out["what"] = "train";
        out["network"] = network_of(options);
        out["batch"] = batch;
        out["threads"] = model::threads_used();
        out["synchronise_norm"] = !options.own_norm;
        out["pretended_ranks"] = options.pretended_ranks;
        out["busy_ranks"] = communicator.ranks();
        out["seconds_alone"] = one.median();
        out["seconds"] = many.median();
        out["spread"] = many.spread();
        out["steps"] = Json::array();
        for (const std::string& text : all) {
            for (auto& step : Json::parse(text)) out["steps"].push_back(step);
        }
        core::write_text(options.record, core::to_text(out));
        std::cerr << fmt::format(
            "recorded {} steps of {} showers, {} threads: {:.3f} s ±{:.0f} % ({:.3f} s without sums) -> {}\n",
            out["steps"].size(), batch, model::threads_used(), many.median(), 100 * many.spread(),
            one.median(), options.record);
    });
}

}  // namespace caloforge::app
