#include "train/DeviceFailure.hh"

#include <gmock/gmock.h>

namespace caloforge::train::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

template <class Error>
Error failed(const std::string& words) {
    return Error(c10::SourceLocation{"f", "file.cc", 1}, words);
}

TEST(DeviceFailure, SaysWhatWouldFit) {
    const auto error =
        failed<c10::OutOfMemoryError>("CUDA out of memory. Tried to allocate 9.00 GiB.\nSee the manual");
    EXPECT_THAT(
        device_failure(error, "cuda:1", "", ""),
        AllOf(HasSubstr("memory of `cuda:1` is full"), HasSubstr("9.00 GiB"), HasSubstr("no checkpoint yet"),
              HasSubstr("smaller training.batch"), Not(HasSubstr("manual"))));
    EXPECT_THAT(device_failure(error, "cuda", "run/checkpoint-5", "training.micro_batch = 16"),
                AllOf(HasSubstr("run/checkpoint-5"), HasSubstr("--resume"), HasSubstr("micro_batch = 16")));
}

TEST(DeviceFailure, SaysThatTheDeviceIsLost) {
    const auto error =
        failed<c10::Error>("CUDA error: unspecified launch failure\nCompile with TORCH_USE_CUDA_DSA");
    EXPECT_THAT(
        device_failure(error, "cuda", "c", ""),
        AllOf(HasSubstr("unspecified launch failure"), HasSubstr("nvidia-smi"), Not(HasSubstr("DSA"))));
    EXPECT_THAT(device_failure(error, "cpu", "c", ""), Not(HasSubstr("nvidia-smi")));
}

}  // namespace
}  // namespace caloforge::train::test
