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

TEST(Passes, GatherAtOnce) {
    network::SpecBuilder builder("net");
    builder.input({"image", {2, 3, 4}, "1"});
    builder.add("rows", "slice", {"image"}, {{"axis", 1}, {"begin", 1}, {"end", 3}});
    builder.add("part", "slice", {"rows"}, {{"axis", 2}, {"begin", 2}, {"end", 4}});
    builder.add("shifted", "scale", {"part"}, {{"factor", 1}, {"offset", 1}});
    builder.add("last", "slice", {"shifted"}, {{"axis", 0}, {"begin", 1}, {"end", 2}});
    builder.output("last", "1");
    const network::NetworkSpec spec = builder.build();
    const Graph graph = compose_gathers(fuse_pointwise(lower(spec, file_of(spec), "generator")));
    ASSERT_EQ(graph.operations.size(), 3U);
    EXPECT_EQ(graph.operations[1].as<Gather>()->index,
              (std::vector<std::int32_t>{6, 7, 10, 11, 18, 19, 22, 23}));
    // What is done to the numbers in between keeps its place.
    EXPECT_EQ(graph.operations[1].after.size(), 1U);
    EXPECT_EQ(graph.operations[2].as<Gather>()->index, (std::vector<std::int32_t>{4, 5, 6, 7}));
}

TEST(Passes, KeepNoProductsThatAreOnlySummed) {
    network::SpecBuilder builder("net");
    builder.input({"image", {2, 3, 4}, "1"}).input({"weights", {2, 1, 1}, "1"});
    builder.add("product", "multiply", {"image", "weights"});
    builder.add("sum", "sum", {"product"}, {{"axes", {0, 2}}});
    builder.add("kept", "multiply", {"image", "image"});
    builder.add("kept_sum", "sum", {"kept"}, {{"axes", {0, 1, 2}}});
    builder.output("sum", "1").output("kept_sum", "1").output("kept", "1");
    const network::NetworkSpec spec = builder.build();
    const Graph graph = fuse_products(lower(spec, file_of(spec), "generator"));
    std::vector<std::string> kinds;
    for (const Operation& one : graph.operations) kinds.push_back(one.kind_name());
    EXPECT_THAT(kinds, testing::ElementsAre("input", "input", "sum of products", "multiply", "sum"));
    const SumOfProducts& both = *graph.operations[2].as<SumOfProducts>();
    ASSERT_EQ(both.begins, (std::vector<std::int32_t>{0, 8, 16, 24}));
    // Row 1 of the image: its first element of either channel meets that channel's weight.
    EXPECT_EQ(both.pairs.first[8], 4);
    EXPECT_EQ(both.pairs.second[8], 0);
    EXPECT_EQ(both.pairs.first[12], 16);
    EXPECT_EQ(both.pairs.second[12], 1);
}

}  // namespace
}  // namespace caloforge::graph
