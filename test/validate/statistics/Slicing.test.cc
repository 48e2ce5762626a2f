#include "validate/statistics/Slicing.hh"

#include <gtest/gtest.h>

#include <numbers>

namespace caloforge::validate {
namespace {

const Slicing theta{.name = "theta",
                    .field = "direction",
                    .element = 0,
                    .scale = 180 / std::numbers::pi,
                    .unit = "°",
                    .slices = {{"0:10", 0, 10}, {"10:30", 10, 30}}};

std::optional<std::size_t> slice_at(double degrees) {
    return theta.slice_of(static_cast<float>(degrees * std::numbers::pi / 180));
}

TEST(Slicing, ValuesBelongToTheSliceThatTheyBegin) {
    EXPECT_EQ(slice_at(0), 0U);
    EXPECT_EQ(slice_at(9.99), 0U);
    EXPECT_EQ(slice_at(10), 1U);  // though its float32 may be a little less
    EXPECT_EQ(slice_at(30), 1U);
    EXPECT_FALSE(slice_at(30.01));
    EXPECT_FALSE(slice_at(-0.01));
}

TEST(Slicing, SlicesMayBeValues) {
    const Slicing particle{
        .name = "particle", .field = "particle", .unit = "", .slices = {{"e+", -11, -11}, {"gamma", 22, 22}}};
    EXPECT_EQ(particle.slice_of(22), 1U);
    EXPECT_EQ(particle.slice_of(-11), 0U);
    EXPECT_FALSE(particle.slice_of(11));
    EXPECT_EQ(particle.range(1), "particle gamma");
}

TEST(Slicing, RangesAreNamedApart) {
    EXPECT_EQ(theta.range(0), "theta 0:10");
    EXPECT_EQ(parts_of("theta 0:10").slicing, "theta");
    EXPECT_EQ(parts_of("theta 0:10").label, "0:10");
    EXPECT_EQ(parts_of("0:10").slicing, "");
    EXPECT_EQ(parts_of("0:10").label, "0:10");
    core::Json json;
    put_range(json, "energy", "0:10");
    put_range(json, "energy", "theta 0:10");
    EXPECT_EQ(json["energy"], "0:10");
    EXPECT_EQ(json["theta"], "0:10");
    EXPECT_EQ(theta.json()["slices"], core::Json({"0:10", "10:30"}));
}

}  // namespace
}  // namespace caloforge::validate
