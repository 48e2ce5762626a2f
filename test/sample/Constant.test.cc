#include "sample/Constant.hh"

#include "core/Error.hh"
#include "core/ExpectError.hh"

namespace caloforge::sample {
namespace {

using core::InputError;
using core::Json;
using test::message_of;
using testing::HasSubstr;

TEST(Constant, RoundTrip) {
    const std::vector<Constant> some{{particle_field, {22}}, {direction_field, {0.25F, -1}}};
    EXPECT_EQ(constants_from_json(json(some)), some);
    EXPECT_TRUE(constants_from_json(Json::object()).empty());
}

TEST(Constant, WhatMakesNoSenseIsNamed) {
    const auto complaint = [](const char* text) {
        return message_of<InputError>([&] { constants_from_json(Json::parse(text)); });
    };
    EXPECT_THAT(complaint("[]"), HasSubstr("no object"));
    EXPECT_THAT(complaint(R"({"particle": 11})"), HasSubstr("constants.particle"));
    EXPECT_THAT(complaint(R"({"particle": {"unit": "1"}})"), HasSubstr("`value` is missing"));
    EXPECT_THAT(complaint(R"({"particle": {"unit": 1, "value": [11]}})"), HasSubstr("`unit`"));
    for (const char* value : {"[]", "11", "[\"a\"]", "[1e99]"})
        EXPECT_THAT(
            complaint((R"({"particle": {"unit": "1", "value": )" + std::string(value) + "}}").c_str()),
            HasSubstr("`value`"));
}

}  // namespace
}  // namespace caloforge::sample
