#include "sample/ParticleName.hh"

#include <gtest/gtest.h>

namespace caloforge::sample {
namespace {

TEST(ParticleName, GoesBothWays) {
    for (const auto& [name, code] : {std::pair{"e-", 11}, {"e+", -11}, {"gamma", 22}, {"pi-", -211}}) {
        EXPECT_EQ(particle_name(code), name);
        EXPECT_EQ(particle_code(name), code);
    }
    EXPECT_EQ(particle_name(1000020040), "1000020040");
    EXPECT_EQ(particle_code("1000020040"), 1000020040);
    EXPECT_EQ(particle_code("-13"), -13);
    for (const char* none : {"", "electron", "e", "22x", "0", "+"}) EXPECT_FALSE(particle_code(none)) << none;
}

}  // namespace
}  // namespace caloforge::sample
