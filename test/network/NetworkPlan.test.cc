#include "network/NetworkPlan.hh"

#include <limits>
#include <set>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Random.hh"
#include "network/Gan3d.hh"
#include "network/SmallNetwork.hh"

namespace caloforge::network {
namespace {

using caloforge::test::message_of;
using core::InputError;
using core::Json;
using testing::AllOf;
using testing::HasSubstr;

std::string message(const NetworkSpec& spec) {
    return message_of<InputError>([&] { plan_network(spec); });
}

TEST(NetworkPlan, FollowsTheShapes) {
    const NetworkSpec spec = test::small_spec();
    const NetworkPlan plan = plan_network(spec);
    EXPECT_EQ(plan.shapes, (std::map<std::string, Shape>{{"x", {2}}, {"d", {3}}, {"y", {3}}}));
    ASSERT_EQ(plan.steps.size(), 2U);
    EXPECT_EQ(plan.steps[0].layer, &spec.layers[0]);
    EXPECT_EQ(plan.trainable_parameters(), 9);
    EXPECT_EQ(plan.macs(), 6 + 3);
}

TEST(NetworkPlan, MeanAndVarianceAreNotTrained) {
    NetworkSpec spec = test::small_spec();
    spec.layers[1] = {"y", "batch_norm", {"d"}, Json::object()};
    EXPECT_EQ(plan_network(spec).trainable_parameters(), 9 + 6);
}

TEST(NetworkPlan, NamesUsedTwice) {
    NetworkSpec spec = test::small_spec();
    spec.layers[0].name = "y";
    spec.layers[1].inputs = {"y"};
    EXPECT_THAT(message(spec), AllOf(HasSubstr("network `small`"), HasSubstr("`y` is used twice")));
    spec = test::small_spec();
    spec.layers[0].name = "x";
    EXPECT_THAT(message(spec), HasSubstr("`x` is used twice"));
    spec = test::small_spec();
    spec.inputs.push_back(spec.inputs[0]);
    EXPECT_THAT(message(spec), HasSubstr("`x` is used twice"));
    spec = test::small_spec();
    spec.outputs.push_back(spec.outputs[0]);
    EXPECT_THAT(message(spec), HasSubstr("output `y` is used twice"));
}

TEST(NetworkPlan, NamesThatAreNone) {
    for (const std::string name : {"", "a.b", "a/b", "a b", "\n", "\xc3\xa9"}) {
        NetworkSpec spec = test::small_spec();
        spec.layers[0].name = name;
        EXPECT_THAT(message(spec), HasSubstr("`" + name + "` is no name"));
        spec = test::small_spec();
        spec.inputs[0].name = name;
        EXPECT_THAT(message(spec), HasSubstr("`" + name + "` is no name"));
    }
    NetworkSpec spec = test::small_spec();
    spec.layers[0].name = std::string(1 << 20, 'a');
    EXPECT_LT(message(spec).size(), 300U);
    spec = test::small_spec();
    spec.layers[0].inputs[0] = std::string(1 << 20, 'a');
    EXPECT_LT(message(spec).size(), 300U);
}

TEST(NetworkPlan, UndefinedAndLaterInputs) {
    NetworkSpec spec = test::small_spec();
    spec.layers[0].inputs = {"xx"};
    EXPECT_THAT(message(spec), AllOf(HasSubstr("layer `d` reads `xx`"), HasSubstr("Did you mean `x`?")));
    spec = test::small_spec();
    std::swap(spec.layers[0], spec.layers[1]);
    EXPECT_THAT(message(spec), HasSubstr("layer `y` reads `d`, which nothing before it makes"));
    spec = test::small_spec();
    spec.layers[0].inputs = {"d"};
    EXPECT_THAT(message(spec), HasSubstr("layer `d` reads `d`, which nothing before it makes"));
}

TEST(NetworkPlan, Outputs) {
    NetworkSpec spec = test::small_spec();
    spec.outputs.clear();
    EXPECT_THAT(message(spec), HasSubstr("network `small` has no output"));
    spec = test::small_spec();
    spec.outputs[0].name = "z";
    EXPECT_THAT(message(spec), HasSubstr("an output reads `z`"));
    spec = test::small_spec();
    spec.outputs[0].shape = {3, 1};
    EXPECT_THAT(message(spec), HasSubstr("output `y` is stated as (3, 1) but has the shape (3)"));
    spec = test::small_spec();
    spec.outputs[0] = {"x", {2}, "GeV"};
    EXPECT_THAT(message(spec), HasSubstr("output `x` is an input"));
}

TEST(NetworkPlan, InputShapes) {
    constexpr std::int64_t large = 1 << 20;
    for (const Shape& shape : {Shape{}, Shape{0}, Shape{-1}, Shape{large + 1},
                               Shape{large, large, large, large}, Shape{large, 2049}}) {
        NetworkSpec spec = test::small_spec();
        spec.inputs[0].shape = shape;
        EXPECT_THAT(message(spec), HasSubstr("input `x` has the shape " + to_string(shape)));
    }
}

TEST(NetworkPlan, ErrorsOfALayerNameIt) {
    NetworkSpec spec = test::small_spec();
    spec.layers[1].type = "reluu";
    EXPECT_THAT(message(spec), AllOf(HasSubstr("layer `y`"), HasSubstr("Did you mean `relu`?")));
}

/// Three convolutions of about 2^62 multiply-adds each: more than a 64-bit number holds.
TEST(NetworkPlan, TheSumOfMultiplyAddsDoesNotWrap) {
    NetworkSpec spec{"vast", {{"x", {1, 1290, 1290, 1290}, "1"}}, {}, {}};
    for (const std::string name : {"a", "b", "c"}) {
        spec.layers.push_back(
            {name, "conv3d", {"x"}, {{"filters", 1}, {"kernel", {1290, 1290, 1290}}, {"padding", "same"}}});
    }
    spec.outputs.push_back({"c", {1, 1290, 1290, 1290}, "1"});
    const NetworkPlan plan = plan_network(spec);
    EXPECT_GT(plan.steps[0].plan.macs, std::numeric_limits<std::int64_t>::max() / 3);
    EXPECT_EQ(plan.macs(), std::numeric_limits<std::int64_t>::max());
}

TEST(NetworkPlan, ProductsSaturate) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(saturating_product(most, 2), most);
    EXPECT_EQ(saturating_product(3, 4), 12);
    EXPECT_EQ(element_count({most, most, most}), most);
    EXPECT_EQ(element_count({most, 0}), 0);
    EXPECT_EQ(element_count({2, 3, 4}), 24);
    EXPECT_EQ(element_count({}), 1);
}

/// Numbers for the fuzz tests.
class Dice {
  public:
    explicit Dice(std::uint64_t game) : random_(20240217, game, 0) {}
    std::size_t below(std::size_t end) {
        return static_cast<std::size_t>(random_.uniform_at(next_++) * static_cast<double>(end));
    }
    template <class T>
    const T& of(const std::vector<T>& list) {
        return list[below(list.size())];
    }

  private:
    core::RandomStream random_;
    std::uint32_t next_ = 0;
};

Json random_value(Dice& dice) {
    static const std::vector<std::int64_t> numbers{0,
                                                   1,
                                                   1,
                                                   1,
                                                   2,
                                                   2,
                                                   3,
                                                   5,
                                                   8,
                                                   25,
                                                   -1,
                                                   1 << 20,
                                                   (1 << 20) + 1,
                                                   std::numeric_limits<std::int64_t>::max(),
                                                   std::numeric_limits<std::int64_t>::min()};
    static const std::vector<Json> others{"same", "valid", "normal",     true,      nullptr,
                                          0.3,    1e300,   "he_uniform", UINT64_MAX};
    if (dice.below(8) == 0) return dice.of(others);
    if (dice.below(3) == 0) return dice.of(numbers);
    Json list = Json::array();
    const std::size_t size = dice.of(std::vector<std::size_t>{0, 1, 2, 3, 3, 3, 4, 4});
    for (std::size_t i = 0; i < size; ++i) list.push_back(dice.of(numbers));
    return list;
}

Layer random_layer(Dice& dice, const std::vector<std::string>& names) {
    static const std::vector<std::string> keys{"units", "bias",  "filters", "kernel", "padding", "shape",
                                               "size",  "axes",  "axis",    "begin",  "end",     "order",
                                               "rate",  "slope", "factor",  "stream", "value",   "exponent"};
    static const auto types = layer_types();
    // Layers known to be right, so that a good part of the specs gets past the first layer.
    static const std::vector<Layer> usual{{"", "relu", {}, Json::object()},
                                          {"", "flatten", {}, Json::object()},
                                          {"", "batch_norm", {}, Json::object()},
                                          {"", "upsample", {}, {{"factor", {2, 2, 3}}}},
                                          {"", "pad", {}, {{"padding", {1, 0, 2}}}},
                                          {"", "dense", {}, {{"units", 7}}},
                                          {"", "permute", {}, {{"order", {3, 2, 1, 0}}}},
                                          {"", "slice", {}, {{"axis", 0}, {"begin", 0}, {"end", 1}}},
                                          {"", "conv3d", {}, {{"filters", 4}, {"kernel", {2, 2, 2}}}}};
    Layer layer{"l" + std::to_string(names.size()), dice.of(types), {}, Json::object()};
    if (dice.below(6) != 0) {
        layer.type = dice.of(usual).type;
        for (const auto& one : usual)
            if (one.type == layer.type) layer.parameters = one.parameters;
        if (dice.below(4) == 0) layer.parameters[dice.of(keys)] = random_value(dice);
        layer.inputs.push_back(dice.of(names));
        return layer;
    }
    for (std::size_t i = dice.below(4); i > 0; --i) layer.inputs.push_back(dice.of(names));
    for (std::size_t i = dice.below(4); i > 0; --i) layer.parameters[dice.of(keys)] = random_value(dice);
    return layer;
}

NetworkSpec random_spec(std::uint64_t game) {
    Dice dice(game);
    static const std::vector<Shape> shapes{{1},
                                           {5},
                                           {2, 3},
                                           {1, 4, 5, 6},
                                           {2, 2, 2, 2},
                                           {6, 7, 7, 8},
                                           {3, 25, 25, 25},
                                           {1 << 20},
                                           {1 << 20, 2000}};
    NetworkSpec spec{"random", {{"in", dice.of(shapes), "1"}}, {}, {}};
    std::vector<std::string> names{"in"};
    for (std::size_t i = 1 + dice.below(6); i > 0; --i) {
        spec.layers.push_back(random_layer(dice, names));
        names.push_back(spec.layers.back().name);
    }
    spec.outputs.push_back({names.back(), {1}, "1"});
    return spec;
}

/// Nonsense is refused with an InputError or is a network whose numbers are within bounds; nothing else.
TEST(NetworkPlan, RandomNetworksAreRefusedOrPlanned) {
    int planned = 0;
    std::set<std::string> types;
    for (std::uint64_t game = 0; game < 5000; ++game) {
        NetworkSpec spec = random_spec(game);
        // The output's shape as the plan has it, so that good networks are accepted.
        for (int attempt = 0; attempt < 2; ++attempt) {
            try {
                const NetworkPlan plan = plan_network(spec);
                ++planned;
                for (const auto& step : plan.steps) {
                    types.insert(step.layer->type);
                    ASSERT_GE(element_count(step.plan.output), 1);
                    ASSERT_LE(element_count(step.plan.output), largest_tensor);
                    ASSERT_GE(step.plan.macs, 0);
                }
                ASSERT_GE(plan.macs(), 0);
                ASSERT_GE(plan.trainable_parameters(), 0);
                ASSERT_EQ(NetworkSpec::from_json(spec.json()), spec);
                break;
            } catch (const InputError& error) {
                const std::string text = error.what();
                const auto found = text.find("but has the shape (");
                if (found == std::string::npos) break;
                spec.outputs[0].shape = Json::parse("[" +
                                                    text.substr(text.find('(', found) + 1,
                                                                text.rfind(')') - text.find('(', found) - 1) +
                                                    "]")
                                            .get<Shape>();
            }
        }
    }
    EXPECT_GT(planned, 500) << "too few of the random networks are good for the test to mean much";
    EXPECT_GT(types.size(), 10U);
}

}  // namespace
}  // namespace caloforge::network
