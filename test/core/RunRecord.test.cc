#include "core/RunRecord.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/AtomicFile.hh"
#include "core/Machine.hh"
#include "core/TemporaryFolder.hh"
#include "core/Version.hh"

namespace caloforge::core {
namespace {

using testing::MatchesRegex;

constexpr const char* iso_8601 = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z";

TEST(RunRecord, SaysWhatRanWhereAndWhen) {
    const Json json = RunRecord("caloforge generate --count 3").json();
    EXPECT_EQ(json.at("command"), "caloforge generate --count 3");
    EXPECT_EQ(json.at("caloforge"), version);
    EXPECT_THAT(json.at("started").get<std::string>(), MatchesRegex(iso_8601));
    EXPECT_GE(json.at("seconds").at("total").get<double>(), 0);
    EXPECT_GT(json.at("peak_memory_bytes").get<std::uint64_t>(), 1U << 20);
    for (const char* key : {"cpu", "cores", "isa", "memory_gib", "system", "compiler"}) {
        EXPECT_TRUE(json.at("machine").contains(key)) << key;
    }
}

TEST(RunRecord, CarriesTheFieldsOfTheRun) {
    RunRecord record("train");
    record["seed"] = 17;
    record["configuration"]["epochs"] = 30;
    const Json json = record.json();
    EXPECT_EQ(json.at("seed"), 17);
    EXPECT_EQ(json.at("configuration").at("epochs"), 30);
}

TEST(RunRecord, TimesOfAPartAddUp) {
    RunRecord record("demo");
    record.add_time("generate", 1.5);
    record.add_time("compare", 0.25);
    record.add_time("generate", 2.0);
    const Json seconds = record.json().at("seconds");
    EXPECT_DOUBLE_EQ(seconds.at("generate").get<double>(), 3.5);
    EXPECT_DOUBLE_EQ(seconds.at("compare").get<double>(), 0.25);
}

TEST(RunRecord, WritesWhatItHolds) {
    test::TemporaryFolder folder;
    RunRecord record("demo");
    record["inputs"] = {"a.h5", "b.h5"};
    record.write(folder / "run.json");
    const Json json = Json::parse(read_text(folder / "run.json"));
    EXPECT_EQ(json.at("command"), "demo");
    EXPECT_EQ(json.at("inputs"), Json({"a.h5", "b.h5"}));
    EXPECT_EQ(folder.count(), 1);
}

TEST(Machine, DescribesItself) {
    const Json machine = describe_machine();
    EXPECT_GE(machine.at("cores").get<int>(), 1);
    EXPECT_FALSE(machine.at("cpu").get<std::string>().empty());
    EXPECT_THAT(machine.at("isa").get<std::string>(),
                testing::AnyOf("avx512-bf16", "avx512", "avx2", "x86-64", "other"));
    EXPECT_THAT(utc_now(), MatchesRegex(iso_8601));
}

}  // namespace
}  // namespace caloforge::core
