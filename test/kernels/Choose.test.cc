#include "kernels/Choose.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/Random.hh"

namespace caloforge::kernels {
namespace {

std::vector<float> uniforms(std::size_t count, std::uint32_t stream) {
    std::vector<float> out(count);
    core::RandomStream(1, 2, stream).uniform(out);
    return out;
}

// One distribution for each of `count` columns, drawn from `repeats` times.
TEST(ChooseOften, IsChooseWithTheWeightsRepeated) {
    for (const std::size_t choices : {2, 3, 16, 17, 64, 385}) {
        for (const std::size_t count : {1, 3, 16}) {
            const std::size_t repeats = 37;
            std::vector<float> weights = uniforms(choices * count, 1);
            for (float& weight : weights) weight = 6 * weight - 3;
            const std::vector<float> uniform = uniforms(repeats * count, 2);
            std::vector<float> often(repeats * count), once(repeats * count);
            choose_often(weights.data(), uniform.data(), choices, count, repeats, often.data());
            for (std::size_t row = 0; row < repeats; ++row)
                choose(weights.data(), uniform.data() + row * count, choices, count,
                       once.data() + row * count);
            EXPECT_EQ(often, once) << choices << " choices, " << count << " columns";
        }
    }
}

TEST(ChooseOften, KeepsWhatIsNoNumber) {
    const std::vector<float> weights{0, std::numeric_limits<float>::quiet_NaN(), 1}, uniform{0.1F, 0.9F};
    std::vector<float> out(2);
    choose_often(weights.data(), uniform.data(), 3, 1, 2, out.data());
    for (const float one : out) EXPECT_TRUE(std::isnan(one));
}

}  // namespace
}  // namespace caloforge::kernels
