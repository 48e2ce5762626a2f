#include "network/NetworkSpec.hh"

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "network/SmallNetwork.hh"

namespace caloforge::network {
namespace {

using caloforge::test::message_of;
using core::InputError;
using core::Json;
using testing::AllOf;
using testing::HasSubstr;

std::string message(const Json& json) {
    return message_of<InputError>([&] { NetworkSpec::from_json(json); });
}

TEST(NetworkSpec, JsonAsDocumented) {
    EXPECT_EQ(test::small_spec().json().dump(),
              R"({"name":"small","inputs":[{"name":"x","shape":[2],"unit":"GeV"}],"layers":[)"
              R"({"name":"d","type":"dense","inputs":["x"],"parameters":{"units":3}},)"
              R"({"name":"y","type":"relu","inputs":["d"]}],)"
              R"("outputs":[{"name":"y","shape":[3],"unit":"GeV"}]})");
    EXPECT_EQ(NetworkSpec::from_json(test::small_spec().json()), test::small_spec());
}

TEST(NetworkSpec, MissingMembers) {
    const Json good = test::small_spec().json();
    EXPECT_THAT(message(Json()), HasSubstr("network: `name` is missing"));
    EXPECT_THAT(message(Json::array()), HasSubstr("network: `name` is missing"));
    for (const char* key : {"name", "inputs", "layers", "outputs"}) {
        Json bad = good;
        bad.erase(key);
        EXPECT_THAT(message(bad), HasSubstr("`" + std::string(key) + "` is missing"));
    }
    for (const char* key : {"name", "type", "inputs"}) {
        Json bad = good;
        bad["layers"][0].erase(key);
        const std::string of = std::string(key) == "name" ? "network `small`" : "layer `d`";
        EXPECT_THAT(message(bad), AllOf(HasSubstr(of), HasSubstr("`" + std::string(key) + "` is missing")));
    }
    for (const char* list : {"inputs", "outputs"}) {
        for (const char* key : {"name", "shape", "unit"}) {
            Json bad = good;
            bad[list][0].erase(key);
            EXPECT_THAT(message(bad), HasSubstr("`" + std::string(key) + "` is missing"));
        }
    }
}

TEST(NetworkSpec, UnknownMembers) {
    Json bad = test::small_spec().json();
    bad["layer"] = 1;
    EXPECT_THAT(message(bad),
                AllOf(HasSubstr("network `small`"), HasSubstr("`layer` is unknown. Did you mean `layers`?")));
    bad = test::small_spec().json();
    bad["layers"][0]["parameter"] = Json::object();
    EXPECT_THAT(message(bad), AllOf(HasSubstr("layer `d`"), HasSubstr("Did you mean `parameters`?")));
    bad = test::small_spec().json();
    bad["inputs"][0]["units"] = "GeV";
    EXPECT_THAT(message(bad), AllOf(HasSubstr("port `x`"), HasSubstr("Did you mean `unit`?")));
}

/// Every member replaced by every other kind of value: an InputError, whatever it is.
TEST(NetworkSpec, WrongTypes) {
    const Json good = test::small_spec().json();
    const std::vector<std::string> places{
        "/name",          "/inputs",        "/layers",          "/outputs",           "/inputs/0",
        "/inputs/0/name", "/inputs/0/unit", "/inputs/0/shape",  "/inputs/0/shape/0",  "/layers/0",
        "/layers/0/name", "/layers/0/type", "/layers/0/inputs", "/layers/0/inputs/0", "/layers/0/parameters"};
    for (const auto& place : places) {
        const Json::json_pointer at(place);
        for (const Json& other : {Json(), Json(true), Json(1.5), Json(UINT64_MAX), Json("text"),
                                  Json::array({1.5}), Json::array({Json()}), Json{{"a", 1}}}) {
            if (other.is_string() && good.at(at).is_string()) continue;
            if (other.is_object() && place == "/layers/0/parameters") continue;
            SCOPED_TRACE(place + " = " + other.dump());
            Json bad = good;
            bad[at] = other;
            EXPECT_FALSE(message(bad).empty());
        }
    }
}

TEST(NetworkSpec, ShapesPrintLikeTuples) {
    EXPECT_EQ(to_string({}), "()");
    EXPECT_EQ(to_string({1, 25, 25}), "(1, 25, 25)");
}

}  // namespace
}  // namespace caloforge::network
