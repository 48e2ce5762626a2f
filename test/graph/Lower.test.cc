#include "graph/Lower.hh"

#include <gmock/gmock.h>

#include <set>

#include "network/Gan3d.hh"
#include "network/Toy.hh"

namespace caloforge::graph {
namespace {

using network::NetworkSpec;
using network::test::layer;
using network::test::network_of;

TEST(Lower, KnowsEveryLayerType) {
    EXPECT_EQ(lowered_types(), network::layer_types());
}

/// The networks that engine, libtorch and ONNX are compared on.
TEST(Lower, EveryLayerTypeIsInAToyNetwork) {
    std::set<std::string> seen;
    for (const auto& [name, spec] : network::test::toy_networks()) {
        for (const auto& layer : spec.layers) seen.insert(layer.type);
    }
    const auto types = network::layer_types();
    EXPECT_EQ(seen, std::set<std::string>(types.begin(), types.end()));
}

TEST(Lower, LeavesTransposedConvolutionsOfHugeStridesToOthers) {
    const auto spec = [](std::int64_t stride) {
        return network_of({layer("up", "conv3d_transpose", {"image"},
                                 {{"filters", 1}, {"kernel", {1, 1, 1}}, {"stride", {1, 1, stride}}})},
                          {1, 1, 1, 2});
    };
    EXPECT_EQ(unsupported_layer(spec(4096)), "");
    EXPECT_EQ(unsupported_layer(spec(4097)), "up (conv3d_transpose of stride [1,1,4097])");
}

TEST(Lower, NamesALayerThatItDoesNotKnow) {
    NetworkSpec spec = network::gan3d_generator(100);
    spec.layers[2].type = "attention";
    EXPECT_EQ(unsupported_layer(spec), spec.layers[2].name + " (attention)");
}

}  // namespace
}  // namespace caloforge::graph
