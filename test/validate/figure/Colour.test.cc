#include "validate/figure/Colour.hh"

#include <gtest/gtest.h>

namespace caloforge::validate::figure {
namespace {

double lightness(Colour colour) {
    return 0.2126 * colour.red + 0.7152 * colour.green + 0.0722 * colour.blue;
}

TEST(Colour, DivergingOnesGoFromBlueOverWhiteToRed) {
    EXPECT_GT(diverging(-1).blue, diverging(-1).red);
    EXPECT_GT(diverging(1).red, diverging(1).blue);
    EXPECT_GT(lightness(diverging(0)), 0.95);
    for (double size = 0; size < 1; size += 0.05) {
        EXPECT_GT(lightness(diverging(size)), lightness(diverging(size + 0.05)));
        EXPECT_GT(lightness(diverging(-size)), lightness(diverging(-size - 0.05)));
    }
    EXPECT_DOUBLE_EQ(diverging(7).red, diverging(1).red);
    EXPECT_DOUBLE_EQ(diverging(-7).blue, diverging(-1).blue);
}

}  // namespace
}  // namespace caloforge::validate::figure
