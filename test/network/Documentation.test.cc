#include "core/AtomicFile.hh"
#include "core/ExpectError.hh"
#include "network/NetworkPlan.hh"

namespace caloforge::network {
namespace {

/// The JSON blocks of a document under doc/format.
std::vector<core::Json> examples(const std::string& text) {
    const std::string open = "```json\n", close = "```";
    std::vector<core::Json> out;
    for (auto at = text.find(open); at != std::string::npos; at = text.find(open, at + 1)) {
        const auto begin = at + open.size();
        out.push_back(core::Json::parse(text.substr(begin, text.find(close, begin) - begin)));
    }
    return out;
}

std::string document(const std::string& name) {
    return core::read_text(std::string(CALOFORGE_SOURCE_DIR) + "/doc/format/" + name);
}

TEST(Documentation, TheExampleIsANetwork) {
    const auto found = examples(document("network.md"));
    ASSERT_EQ(found.size(), 1U);
    const auto spec = NetworkSpec::from_json(found[0]);
    EXPECT_EQ(plan_network(spec).trainable_parameters(), 199);
}

TEST(Documentation, EveryLayerTypeIsListed) {
    const std::string text = document("network.md");
    for (const auto& type : layer_types()) EXPECT_THAT(text, testing::HasSubstr("`" + type + "`"));
}

TEST(Documentation, TheExampleOfAWeightsFile) {
    const auto found = examples(document("weights.md"));
    ASSERT_EQ(found.size(), 1U);
    const auto spec = NetworkSpec::from_json(found[0].at("networks").at("generator"));
    EXPECT_EQ(plan_network(spec).trainable_parameters(), 9);
}

}  // namespace
}  // namespace caloforge::network
