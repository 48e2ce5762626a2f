#include "engine/cuda/DeviceFacts.hh"

#include <gmock/gmock.h>

#include <array>

#include "core/Error.hh"
#include "core/ExpectError.hh"

namespace caloforge::engine::cuda {
namespace {

using caloforge::test::message_of;
using testing::HasSubstr;

std::string problem_of(int number, const DeviceFacts& facts) {
    return message_of<core::InputError>([&] { check_device(number, facts); });
}

TEST(DeviceFacts, NamesAreNumbers) {
    EXPECT_EQ(device_number("cuda"), 0);
    EXPECT_EQ(device_number("cuda:0"), 0);
    EXPECT_EQ(device_number("cuda:13"), 13);
    for (const char* name :
         {"", "cpu", "cuda:", "cuda:-1", "cuda:1x", "cuda1", "cuda: 1", "cuda:99999999999"})
        EXPECT_THAT(message_of<core::InputError>([&] { device_number(name); }), HasSubstr("no device"))
            << name;
}

TEST(DeviceFacts, SayWhyADeviceCannotBeUsed) {
    EXPECT_NO_THROW(check_device(1, {13010, 13000, 2, ""}));
    // Newer than the driver, which runs it all the same.
    EXPECT_NO_THROW(check_device(0, {13000, 13010, 1, ""}));
    EXPECT_THAT(problem_of(0, {0, 13000, 0, "CUDA driver version is insufficient"}),
                HasSubstr("no NVIDIA driver"));
    const std::string old = problem_of(0, {12040, 13000, 0, "CUDA driver version is insufficient"});
    EXPECT_THAT(old, testing::AllOf(HasSubstr("CUDA 12.4"), HasSubstr("CUDA 13.0"), HasSubstr("too old")));
    EXPECT_THAT(problem_of(0, {13000, 13000, 0, "no CUDA-capable device is detected"}),
                testing::AllOf(HasSubstr("sees no CUDA device"), HasSubstr("no CUDA-capable device")));
    EXPECT_THAT(problem_of(7, {13000, 13000, 2, ""}),
                testing::AllOf(HasSubstr("`cuda:7`"), HasSubstr("2 CUDA devices"), HasSubstr("cuda:1")));
    EXPECT_THAT(problem_of(1, {13000, 13000, 1, ""}), HasSubstr("one CUDA device"));
}

TEST(DeviceFacts, OldDevicesAreRefused) {
    EXPECT_NO_THROW(check_capability(0, {"NVIDIA A100", 8, 0}));
    EXPECT_NO_THROW(check_capability(0, {"NVIDIA H100", 9, 0}));
    EXPECT_THAT(message_of<core::InputError>([] {
                    check_capability(3, {"Tesla T4", 7, 5});
                }),
                testing::AllOf(HasSubstr("cuda:3"), HasSubstr("Tesla T4"), HasSubstr("7.5")));
}

TEST(DeviceFacts, AFailureHasItsReason) {
    EXPECT_THAT(
        message_of<core::RunError>([] {
            throw_device_error("computing", "cudaErrorLaunchFailure", "unspecified launch failure", false);
        }),
        testing::AllOf(HasSubstr("while computing"), HasSubstr("cudaErrorLaunchFailure"), HasSubstr("lost")));
    EXPECT_THAT(message_of<core::RunError>([] {
                    throw_device_error("taking memory", "cudaErrorMemoryAllocation", "out of memory", true);
                }),
                HasSubstr("fewer threads"));
}

TEST(DeviceFacts, AsManyRowsAsThereAreAndFit) {
    constexpr std::array<std::size_t, 3> sizes = {32, 256, 2048};
    const MemoryNeed need{1000, 5000};
    const auto rows = [&](std::size_t left, std::size_t free) {
        return rows_at_a_time(left, sizes, need, free, 1);
    };
    constexpr std::size_t plenty = std::size_t{1} << 40;
    EXPECT_EQ(rows(1, plenty), 32U);
    EXPECT_EQ(rows(32, plenty), 32U);
    EXPECT_EQ(rows(33, plenty), 256U);
    EXPECT_EQ(rows(257, plenty), 2048U);
    EXPECT_EQ(rows(100'000, plenty), 2048U);
    EXPECT_EQ(rows(100'000, 2'053'000), 2048U);
    EXPECT_EQ(rows(100'000, 2'052'999), 256U);
    EXPECT_EQ(rows(100'000, 37'000), 32U);
    EXPECT_THAT(message_of<core::RunError>([&] { rows(1, 36'999); }),
                testing::AllOf(HasSubstr("cuda:1"), HasSubstr("too little memory"), HasSubstr("32 samples")));
}

}  // namespace
}  // namespace caloforge::engine::cuda
