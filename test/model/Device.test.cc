#include "model/Device.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/Error.hh"

namespace caloforge::model::test {
namespace {

using ::testing::HasSubstr;

std::string refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const core::InputError& error) {
        return error.what();
    }
    return "";
}

TEST(Device, PrecisionsHaveNames) {
    EXPECT_EQ(precision_from("float32"), Precision::float32);
    EXPECT_EQ(precision_from("tf32"), Precision::tf32);
    EXPECT_EQ(weight_type(Precision::tf32), torch::kFloat32);
    EXPECT_THAT(refusal([] { precision_from("tf23"); }), HasSubstr("`tf32`"));
}

TEST(Device, Tf32IsForGpus) {
    EXPECT_EQ(precision_on(torch::kCPU, "bfloat16"), Precision::bfloat16);
    EXPECT_THAT(refusal([] { precision_on(torch::kCPU, "tf32"); }), HasSubstr("CUDA"));
}

bool rounds() {
    EXPECT_EQ(at::globalContext().allowTF32CuDNN(), at::globalContext().allowTF32CuBLAS());
    return at::globalContext().allowTF32CuDNN();
}

TEST(Device, RoundsToTf32WhereThatIsAskedForAndNowhereElse) {
    // Nothing is computed there: the device need not exist.
    const torch::Device gpu("cuda");
    const Tf32Scope rounding(gpu, Precision::tf32);
    EXPECT_TRUE(rounds());
    {
        const Tf32Scope full(gpu, Precision::float32);
        EXPECT_FALSE(rounds());
        const Tf32Scope elsewhere(torch::kCPU, Precision::float32);
        EXPECT_FALSE(rounds());
    }
    EXPECT_TRUE(rounds());
}

}  // namespace
}  // namespace caloforge::model::test
