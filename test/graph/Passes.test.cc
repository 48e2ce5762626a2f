#include "graph/Passes.hh"

#include <gmock/gmock.h>

#include "graph/Lower.hh"
#include "network/Toy.hh"

namespace caloforge::graph {
namespace {

using network::test::file_of;

void sum_plainly(const TapSums& sums) {
    for (std::size_t f = 0; f < sums.filters; ++f) {
        for (std::size_t c = 0; c < sums.columns; ++c) {
            float sum = 0;
            for (std::size_t t = 0; t < sums.taps.size(); ++t)
                sum +=
                    sums.weights[t * sums.filters + f] * sums.in[static_cast<std::size_t>(sums.taps[t]) + c];
            sums.out[f * sums.filter_stride + c] = sum;
        }
    }
}

// The operations that are left of a toy network.
std::vector<std::string> kinds_of(const std::string& toy) {
    for (const auto& [name, spec] : network::test::toy_networks()) {
        if (name != toy) continue;
        std::vector<std::string> out;
        for (const Operation& one :
             optimised(lower(spec, file_of(spec), "generator"), sum_plainly).operations)
            out.push_back(one.kind_name());
        return out;
    }
    return {};
}

TEST(Passes, Rewrite) {
    using testing::ElementsAre;
    EXPECT_THAT(kinds_of("folded"), ElementsAre("input", "random", "multiply", "dense"));
    EXPECT_THAT(kinds_of("phases"),
                ElementsAre("input", "random", "multiply", "dense", "gather", "convolution", "convolution"));
    EXPECT_THAT(kinds_of("flat phases"),
                ElementsAre("input", "random", "multiply", "dense", "gather", "convolution", "sum"));
    // A stride over a repeated input is left as it is, but for the zeros around it.
    EXPECT_THAT(kinds_of("up, then a stride"),
                ElementsAre("input", "random", "multiply", "dense", "gather", "upsample", "convolution"));
    // An intermediate result that is read twice stays.
    EXPECT_THAT(kinds_of("read twice"), testing::Contains("upsample"));
}

/// What is asked for is made, whatever else reads it.
TEST(Passes, KeepOutputs) {
    network::SpecBuilder builder("net");
    builder.input({"image", {2, 5}, "1"}).then("conv", "conv1d", {{"filters", 3}, {"kernel", {1}}});
    builder.then("act", "relu").then("twice", "scale", {{"factor", 2}}).then("unused", "exp");
    builder.output("twice", "1").output("conv", "1");
    const network::NetworkSpec spec = builder.build();
    const Graph graph = optimised(lower(spec, file_of(spec), "generator"), sum_plainly);
    std::vector<std::string> names;
    for (const Operation& one : graph.operations) names.push_back(one.name);
    EXPECT_THAT(names, testing::ElementsAre("image", "conv", "twice"));
    EXPECT_EQ(graph.outputs[0].operation, 2U);
    EXPECT_EQ(graph.outputs[1].operation, 1U);
    EXPECT_TRUE(graph.operations[1].after.empty());
    EXPECT_EQ(graph.operations[2].after.size(), 2U);
}

}  // namespace
}  // namespace caloforge::graph
