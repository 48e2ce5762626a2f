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
    EXPECT_EQ(use_precision(torch::kCPU, "bfloat16"), Precision::bfloat16);
    EXPECT_THAT(refusal([] { use_precision(torch::kCPU, "tf32"); }), HasSubstr("CUDA"));
}

TEST(Device, Float32IsNotRoundedToTf32OnGpus) {
    // Nothing is computed there: the device need not exist.
    use_precision(torch::Device("cuda"), "tf32");
    EXPECT_TRUE(at::globalContext().allowTF32CuDNN() && at::globalContext().allowTF32CuBLAS());
    use_precision(torch::Device("cuda"), "float32");
    EXPECT_FALSE(at::globalContext().allowTF32CuDNN() || at::globalContext().allowTF32CuBLAS());
}

}  // namespace
}  // namespace caloforge::model::test
