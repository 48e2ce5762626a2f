#include "data/PolarAngle.hh"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>

namespace caloforge::data {
namespace {

constexpr float pi = std::numbers::pi_v<float>;

TEST(PolarAngle, NinetyDegreesIsTheNormal) {
    const auto normal = direction_of_polar_angle(pi / 2);
    EXPECT_NEAR(normal[0], 0, 1e-7);
    const auto ahead = direction_of_polar_angle(2 * pi / 3), behind = direction_of_polar_angle(pi / 3);
    EXPECT_FLOAT_EQ(ahead[0], pi / 6);
    EXPECT_EQ(ahead[1], 0);
    EXPECT_FLOAT_EQ(behind[0], pi / 6);
    EXPECT_EQ(behind[1], pi);
}

/// Every float32 from one radian (57 degrees) to pi, one in 61.
TEST(PolarAngle, AnglesComeBackToTheLastBit) {
    std::uint32_t bits = 0x3f800000;  // 1.0F
    for (float angle = 1; angle < pi; bits += 61, angle = std::bit_cast<float>(bits)) {
        const auto [theta, phi] = direction_of_polar_angle(angle);
        ASSERT_TRUE(lies_in_plane(theta, phi));
        ASSERT_EQ(polar_angle(theta, phi), angle);
    }
}

TEST(PolarAngle, OnlyThePlaneOfXAndZ) {
    EXPECT_TRUE(lies_in_plane(0.1F, -pi));
    EXPECT_TRUE(lies_in_plane(0, 1));
    EXPECT_FALSE(lies_in_plane(0.1F, 1));
}

}  // namespace
}  // namespace caloforge::data
