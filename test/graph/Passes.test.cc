#include "graph/Passes.hh"

#include <gmock/gmock.h>

#include "engine/cpu/Rewritten.hh"
#include "graph/Lower.hh"
#include "network/Toy.hh"

namespace caloforge::graph {
namespace {

using network::test::file_of;

// The operations that are left of a toy network.
std::vector<std::string> kinds_of(const std::string& toy) {
    for (const auto& [name, spec] : network::test::toy_networks()) {
        if (name != toy) continue;
        std::vector<std::string> out;
        for (const Operation& one :
             optimised(lower(spec, file_of(spec), "generator"), engine::cpu::sum_taps).operations)
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

}  // namespace
}  // namespace caloforge::graph
