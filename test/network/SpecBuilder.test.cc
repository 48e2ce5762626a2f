#include "network/SpecBuilder.hh"

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "network/NetworkPlan.hh"

namespace caloforge::network {
namespace {

using caloforge::test::message_of;
using core::InputError;
using testing::HasSubstr;

TEST(SpecBuilder, FollowsTheShapes) {
    SpecBuilder builder("net");
    builder.input({"energy", {1}, "GeV"}).input({"image", {2, 9}, "1"});
    builder.then("conv", "conv1d", {{"filters", 4}, {"kernel", {3}}})
        .then("pool", "max_pool", {{"size", {2}}});
    EXPECT_EQ(builder.shape("pool"), (Shape{4, 3}));
    EXPECT_EQ(builder.add("scaled", "multiply", {"pool", "energy"}), "scaled");
    builder.then("out", "flatten").output("out", "GeV").output("conv", "1");
    const NetworkSpec spec = builder.build();
    EXPECT_EQ(spec.outputs, (std::vector<Port>{{"out", {12}, "GeV"}, {"conv", {4, 7}, "1"}}));
    EXPECT_EQ(plan_network(spec).shapes.at("scaled"), (Shape{4, 3}));
    EXPECT_EQ(spec.layers[3].inputs, std::vector<std::string>{"scaled"});
}

TEST(SpecBuilder, RefusesWhatDoesNotFitWhereItIsAdded) {
    SpecBuilder builder("net");
    builder.input({"energy", {1}, "GeV"});
    EXPECT_THAT(message_of<InputError>([&] {
                    builder.add("sum", "add", {"energy", "noise"});
                }),
                HasSubstr("network `net`: nothing makes `noise` yet"));
    EXPECT_THAT(message_of<InputError>([&] {
                    builder.from("energy").then("up", "upsample", {{"factor", {2}}});
                }),
                HasSubstr("layer `up` (upsample): input has shape (1)"));
    EXPECT_THAT(message_of<InputError>([&] { builder.output("mean", "GeV"); }),
                HasSubstr("nothing makes `mean`"));
}

}  // namespace
}  // namespace caloforge::network
