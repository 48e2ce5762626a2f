#include "study/MipCheck.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace caloforge::study {
namespace {

// Moyal's distribution, whose mode is known and which looks like Landau's: location - scale ln(z^2) with z
// normal.
TEST(MipCheck, FindsTheModeOfALandauLikeDistribution) {
    std::mt19937_64 generator(1);
    std::normal_distribution<double> normal;
    std::vector<double> values(30000);
    constexpr double mode = 145e-6, scale = 10e-6;
    for (double& value : values) {
        const double z = normal(generator);
        value = mode - scale * std::log(z * z);
    }
    EXPECT_NEAR(most_probable(values) / mode, 1, 0.01);
}

// 0.5 mm of silicon: PDG's most probable loss, 145 keV (review 2022, eq. 34.12).
TEST(MipCheck, OfAShippedDetectorIsWhatItSays) {
    const auto detector = geometry::Detector::find("clic-ecal");
    const MipCheck mip = check_mip(detector, 1);
    EXPECT_EQ(mip.stated, detector.mip());
    EXPECT_NEAR(mip.simulated, 145e-6, 3e-6);
    EXPECT_GT(mip.error, 0);
    EXPECT_LT(mip.error, 1.5e-6);
    EXPECT_FALSE(mip.differs());
    core::Json other = detector.json();
    other["mip_gev"] = 160e-6;
    EXPECT_TRUE(check_mip(geometry::Detector::from_json(other), 1).differs());
}

}  // namespace
}  // namespace caloforge::study
