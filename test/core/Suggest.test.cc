#include "core/Suggest.hh"

#include <gtest/gtest.h>

namespace caloforge::core {
namespace {

const std::vector<std::string> commands = {"simulate", "train", "generate", "validate"};

TEST(Suggest, FindsTheNearest) {
    EXPECT_EQ(nearest("genrate", commands), "generate");
    EXPECT_EQ(nearest("trian", commands), "train");
    EXPECT_EQ(nearest("train", commands), "train");
}

TEST(Suggest, IsSilentWhenNothingIsNear) {
    EXPECT_EQ(nearest("xyzzy", commands), "");
    EXPECT_EQ(nearest("train", {}), "");
}

TEST(Suggest, PrefersTheNearerOfTwo) {
    EXPECT_EQ(nearest("batch", {"batches", "batch_x", "batchs"}), "batchs");
}

TEST(Suggest, EndsAMessage) {
    EXPECT_EQ(did_you_mean("valdate", commands), " Did you mean `validate`?");
    EXPECT_EQ(did_you_mean("xyzzy", commands), " Valid here: simulate, train, generate, validate.");
    EXPECT_EQ(did_you_mean("xyzzy", {}), "");
}

}  // namespace
}  // namespace caloforge::core
