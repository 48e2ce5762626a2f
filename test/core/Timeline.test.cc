#include "core/Timeline.hh"

#include <gmock/gmock.h>

#include <map>
#include <thread>

namespace caloforge::core {
namespace {

std::map<std::string, Json> by_name(const Json& trace) {
    std::map<std::string, Json> out;
    for (const auto& event : trace.at("traceEvents")) out[event.at("name")] = event;
    return out;
}

double end_of(const Json& event) {
    return event.at("ts").get<double>() + event.at("dur").get<double>();
}

TEST(Timeline, RecordsNestedSpansAndChains) {
    timeline::begin();
    {
        const timeline::Span step("step", "phase");
        { const timeline::Span layer("layer", "forward"); }
        const timeline::Chain chain("backward");
        timeline::Chain::next("last");
        timeline::Chain::next("first");
    }
    const auto events = by_name(timeline::end(3, "rank 3"));
    ASSERT_EQ(events.size(), 5U);
    EXPECT_EQ(events.at("process_name").at("args").at("name"), "rank 3");
    const Json& step = events.at("step");
    for (const char* inner : {"layer", "last", "first"}) {
        const Json& event = events.at(inner);
        EXPECT_EQ(event.at("ph"), "X");
        EXPECT_EQ(event.at("pid"), 3);
        EXPECT_EQ(event.at("tid"), step.at("tid"));
        EXPECT_GE(event.at("ts"), step.at("ts"));
        EXPECT_LE(end_of(event), end_of(step) + 1e-3);
    }
    EXPECT_EQ(events.at("first").at("cat"), "backward");
    EXPECT_LE(end_of(events.at("last")), events.at("first").at("ts").get<double>() + 1e-3);
}

TEST(Timeline, RecordsNothingWhileOff) {
    { const timeline::Span before("before", "phase"); }
    timeline::Chain::next("without a chain");
    auto open = std::make_unique<timeline::Span>("begun before", "phase");
    timeline::begin();
    open.reset();
    const auto late = std::make_unique<timeline::Span>("ends after", "phase");
    EXPECT_EQ(timeline::end(0, "x").at("traceEvents").size(), 1U);
    EXPECT_FALSE(timeline::on());
}

TEST(Timeline, TellsThreadsApart) {
    timeline::begin();
    { const timeline::Span here("here", "phase"); }
    std::thread([] { const timeline::Span there("there", "phase"); }).join();
    const auto events = by_name(timeline::end(0, "x"));
    EXPECT_NE(events.at("here").at("tid"), events.at("there").at("tid"));
}

}  // namespace
}  // namespace caloforge::core
