#include "train/Measure.hh"

#include <gtest/gtest.h>

#include <cmath>

namespace caloforge::train::test {
namespace {

TEST(Measure, NamesWithDotsAreMembers) {
    const Measures measures = {{"nll", 4.5, "-ln p 4.5"},
                               {"real.energy", 2, ""},
                               {"real.sum", 3, "sum 3 %"},
                               {"rate", std::nan(""), ""}};
    EXPECT_EQ(json(measures), core::Json::parse(R"({"nll": 4.5, "real": {"energy": 2.0, "sum": 3.0},
                                                    "rate": null})"));
    EXPECT_EQ(text(measures), "-ln p 4.5  sum 3 %");
    EXPECT_EQ(json({}), core::Json::object());
}

}  // namespace
}  // namespace caloforge::train::test
