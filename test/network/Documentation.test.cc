#include <fmt/format.h>

#include <cmath>
#include <map>
#include <sstream>

#include "core/AtomicFile.hh"
#include "core/ExpectError.hh"
#include "network/NetworkPlan.hh"
#include "network/PointwiseLayers.hh"

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

/// The lines of a table, by what their first column has in backquotes.
std::map<std::string, std::string> table_lines(const std::string& text) {
    std::map<std::string, std::string> out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| `")) continue;
        const std::string first = line.substr(1, line.find('|', 1) - 1);
        for (auto at = first.find('`'); at != std::string::npos; at = first.find('`', at + 1)) {
            const auto end = first.find('`', at + 1);
            out[first.substr(at + 1, end - at - 1)] = line;
            at = end;
        }
    }
    return out;
}

TEST(Documentation, ListsTheLayerTypes) {
    std::vector<std::string> listed;
    for (const auto& [type, line] : table_lines(document("network.md"))) listed.push_back(type);
    EXPECT_EQ(listed, layer_types());
}

/// With their parameters, and with the expression that everybody computes.
TEST(Documentation, SaysWhatPointwiseLayersCompute) {
    const auto lines = table_lines(document("network.md"));
    for (const PointwiseLayer& row : pointwise_layers()) {
        const std::string& line = lines.at(row.type);
        EXPECT_THAT(line, testing::HasSubstr("| `" + to_string(row.expression) + "` |"));
        for (const auto& parameter : row.parameters) {
            EXPECT_THAT(line, testing::HasSubstr("`" + parameter.name + "`"));
            const bool any = std::abs(parameter.low) >= 1e30;
            const std::string range = any ? "" : fmt::format("{:g} to {:g}", parameter.low, parameter.high);
            EXPECT_THAT(line, testing::HasSubstr(range));
        }
    }
}

TEST(Documentation, TheExampleOfAWeightsFile) {
    const auto found = examples(document("weights.md"));
    ASSERT_EQ(found.size(), 1U);
    const auto spec = NetworkSpec::from_json(found[0].at("networks").at("generator"));
    EXPECT_EQ(plan_network(spec).trainable_parameters(), 9);
}

}  // namespace
}  // namespace caloforge::network
