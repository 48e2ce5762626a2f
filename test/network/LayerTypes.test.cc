#include "network/LayerTypes.hh"

#include <limits>
#include <set>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "network/ConvolutionLayers.hh"
#include "network/PointwiseRows.hh"

namespace caloforge::network {
namespace {

using caloforge::test::message_of;
using core::InputError;
using core::Json;
using testing::HasSubstr;

struct Good {
    std::string type;
    std::string parameters;
    std::vector<Shape> inputs;
    Shape output;
    std::int64_t macs;
    std::vector<Shape> tensors;
};

std::vector<Good> all_good_cases() {
    std::vector<Good> cases{
        {"dense", R"({"units": 3})", {{5}}, {3}, 15, {{3, 5}, {3}}},
        {"dense", R"({"units": 3, "bias": false})", {{5}}, {3}, 15, {{3, 5}}},
        {"conv3d",
         R"({"filters": 2, "kernel": [2, 3, 4]})",
         {{3, 5, 6, 7}},
         {2, 4, 4, 4},
         9216,
         {{2, 3, 2, 3, 4}, {2}}},
        {"conv3d",
         R"({"filters": 2, "kernel": [2, 3, 4], "padding": "valid", "bias": false})",
         {{3, 5, 6, 7}},
         {2, 4, 4, 4},
         9216,
         {{2, 3, 2, 3, 4}}},
        {"conv3d",
         R"({"filters": 2, "kernel": [2, 3, 4], "padding": "same"})",
         {{3, 5, 6, 7}},
         {2, 5, 6, 7},
         30240,
         {{2, 3, 2, 3, 4}, {2}}},
        {"conv3d",
         R"({"filters": 1, "kernel": [5, 5, 5], "padding": [2, 1, 0]})",
         {{1, 5, 5, 5}},
         {1, 5, 3, 1},
         1875,
         {{1, 1, 5, 5, 5}, {1}}},
        {"conv3d",
         R"({"filters": 2, "kernel": [2, 3, 4], "stride": [1, 2, 3], "padding": "same"})",
         {{3, 5, 6, 7}},
         {2, 5, 3, 3},
         6480,
         {{2, 3, 2, 3, 4}, {2}}},
        {"conv3d",
         R"({"filters": 1, "kernel": [2, 2, 2], "stride": [2, 2, 2], "padding": [[0, 1], [1, 0], [1, 1]]})",
         {{1, 3, 3, 3}},
         {1, 2, 2, 2},
         64,
         {{1, 1, 2, 2, 2}, {1}}},
        {"conv2d",
         R"({"filters": 4, "kernel": [3, 2], "stride": [2, 1], "padding": "same"})",
         {{25, 6, 7}},
         {4, 3, 7},
         12600,
         {{4, 25, 3, 2}, {4}}},
        {"conv3d_transpose",
         R"({"filters": 2, "kernel": [3, 4, 2], "stride": [2, 2, 1]})",
         {{3, 2, 3, 4}},
         {2, 5, 8, 5},
         3456,
         {{3, 2, 3, 4, 2}, {2}}},
        {"conv3d_transpose",
         R"({"filters": 1, "kernel": [3, 3, 3], "stride": [2, 2, 2], "padding": [[1, 0], [1, 1], [0, 0]]})",
         {{1, 2, 2, 2}},
         {1, 4, 3, 5},
         216,
         {{1, 1, 3, 3, 3}, {1}}},
        {"conv2d_transpose",
         R"({"filters": 2, "kernel": [3, 2], "stride": [2, 2], "padding": "same", "bias": false})",
         {{3, 4, 5}},
         {2, 8, 10},
         720,
         {{3, 2, 3, 2}}},
        {"batch_norm", "{}", {{4, 2, 2, 2}}, {4, 2, 2, 2}, 32, {{4}, {4}, {4}, {4}}},
        {"batch_norm", R"({"epsilon": 1e-5, "momentum": 0.9})", {{4}}, {4}, 4, {{4}, {4}, {4}, {4}}},
        {"reshape", R"({"shape": [2, 3]})", {{6}}, {2, 3}, 0, {}},
        {"flatten", "{}", {{2, 3, 4, 5}}, {120}, 0, {}},
        {"upsample", R"({"factor": [1, 2, 3]})", {{2, 3, 4, 5}}, {2, 3, 8, 15}, 0, {}},
        {"upsample", R"({"factor": [2, 3]})", {{2, 3, 4}}, {2, 6, 12}, 0, {}},
        {"pad", R"({"padding": [1, 2]})", {{2, 3, 4}}, {2, 5, 8}, 0, {}},
        {"average_pool", R"({"size": [2, 3]})", {{2, 5, 8}}, {2, 2, 2}, 0, {}},
        {"conv1d",
         R"({"filters": 4, "kernel": [3], "stride": [2], "padding": "same"})",
         {{2, 7}},
         {4, 4},
         96,
         {{4, 2, 3}, {4}}},
        {"conv1d_transpose",
         R"({"filters": 4, "kernel": [3], "stride": [2], "bias": false})",
         {{2, 7}},
         {4, 15},
         168,
         {{2, 4, 3}}},
        {"upsample", R"({"factor": [3]})", {{2, 4}}, {2, 12}, 0, {}},
        {"pad", R"({"padding": [3]})", {{2, 4}}, {2, 10}, 0, {}},
        {"max_pool", R"({"size": [2, 3]})", {{2, 5, 8}}, {2, 2, 2}, 0, {}},
        {"max_pool", R"({"size": [2]})", {{2, 5}}, {2, 2}, 0, {}},
        {"average_pool", R"({"size": [2]})", {{2, 5}}, {2, 2}, 0, {}},
        {"interleave", R"({"factor": [2]})", {{3, 3}, {3, 2}}, {3, 5}, 0, {}},
        {"softmax", R"({"axes": [1, 2]})", {{2, 3, 4}}, {2, 3, 4}, 24, {}},
        {"random",
         R"({"distribution": "gamma", "concentration": 2.5, "shape": [7], "stream": 0})",
         {},
         {7},
         0,
         {}},
        {"random", R"({"distribution": "poisson", "mean": 3, "shape": [7], "stream": 1})", {}, {7}, 0, {}},
        {"pad", R"({"padding": [0, 1, 2]})", {{2, 3, 4, 5}}, {2, 3, 6, 9}, 0, {}},
        {"average_pool", R"({"size": [1, 2, 3]})", {{2, 3, 5, 8}}, {2, 3, 2, 2}, 0, {}},
        {"sum", R"({"axes": [0, 2]})", {{2, 3, 4}}, {3}, 0, {}},
        {"sum", R"({"axes": [2, 0, 1]})", {{2, 3, 4}}, {1}, 0, {}},
        {"slice", R"({"axis": 1, "begin": 1, "end": 4})", {{2, 5}}, {2, 3}, 0, {}},
        {"permute", R"({"order": [2, 0, 1]})", {{2, 3, 4}}, {4, 2, 3}, 0, {}},
        {"concat", "{}", {{2, 3}, {4, 3}, {1, 3}}, {7, 3}, 0, {}},
        {"add", "{}", {{2, 3}, {2, 3}}, {2, 3}, 6, {}},
        {"add", "{}", {{1}, {1, 1}}, {1, 1}, 1, {}},
        {"multiply", "{}", {{1}, {2, 3}}, {2, 3}, 6, {}},
        {"multiply", "{}", {{2, 3}, {1, 1}}, {2, 3}, 6, {}},
        {"multiply", "{}", {{4, 1, 1}, {4, 2, 3}}, {4, 2, 3}, 24, {}},
        {"add", "{}", {{1, 3, 1}, {1, 1, 2}}, {1, 3, 2}, 6, {}},
        {"interleave", R"({"factor": [2, 1]})", {{3, 3, 2}, {3, 2, 2}}, {3, 5, 2}, 0, {}},
        {"interleave",
         R"({"factor": [1, 2, 2]})",
         {{1, 4, 2, 2}, {1, 4, 2, 1}, {1, 4, 1, 2}, {1, 4, 1, 1}},
         {1, 4, 3, 3},
         0,
         {}},
        {"move", R"({"size": [5, 4]})", {{2, 3, 8}, {2}}, {2, 5, 4}, 0, {}},
        {"take", R"({"index": [3, -1, 0, 5], "shape": [2, 2]})", {{2, 3}}, {2, 2}, 0, {}},
        {"choose", "{}", {{4, 3}, {1, 3}}, {1, 3}, 12, {}},
        {"choose", "{}", {{4, 1}, {1, 3}}, {1, 3}, 12, {}},
        {"lookup", "{}", {{4, 3}, {1, 5}}, {1, 5}, 0, {}},
        {"scatter", R"({"shape": [2, 4]})", {{3, 5}, {3, 5}}, {2, 4}, 15, {}},
        {"scatter", R"({"shape": [4]})", {{3}, {3}, {4}}, {4}, 3, {}},
        {"range", R"({"count": 4, "begin": -1.5, "step": 1})", {}, {4}, 0, {}},
        {"sample", R"({"knots": [-1, 0, 2.5]})", {{5, 3, 2}, {1, 3, 2}}, {1, 3, 2}, 30, {}},
        {"sample", R"({"knots": [-1, 0, 2.5], "zeros": false})", {{4}, {1}}, {1}, 4, {}},
        {"sample", R"({"knots": [0, 1], "from": [-1, 2], "to": [-1.5, 1]})", {{4}, {1}}, {1}, 4, {}},
        {"random", R"({"distribution": "normal", "shape": [7], "stream": 0})", {}, {7}, 0, {}},
        {"random", R"({"distribution": "uniform", "shape": [7, 2], "stream": 65535})", {}, {7, 2}, 0, {}},
        {"dropout", R"({"rate": 0.2})", {{2, 3}}, {2, 3}, 6, {}},
        {"dropout", R"({"rate": 0, "stream": 4095})", {{2, 3}}, {2, 3}, 6, {}},
        {"scale", R"({"factor": -2})", {{2, 3}}, {2, 3}, 6, {}},
    };
    for (const PointwiseLayer& row : pointwise_layers())
        cases.push_back({row.type, test::some_parameters(row).dump(), {{2, 3}}, {2, 3}, 6, {}});
    return cases;
}

const std::vector<Good>& good_cases() {
    static const std::vector<Good> cases = all_good_cases();
    return cases;
}

Layer layer_of(const std::string& type, const std::string& parameters) {
    return {"thing", type, {}, Json::parse(parameters)};
}

TEST(LayerTypes, EveryTypeMakesItsShape) {
    std::set<std::string> seen;
    for (const auto& good : good_cases()) {
        SCOPED_TRACE(good.type + " " + good.parameters);
        seen.insert(good.type);
        const LayerPlan plan = plan_layer(layer_of(good.type, good.parameters), good.inputs);
        EXPECT_EQ(plan.output, good.output);
        EXPECT_EQ(plan.macs, good.macs);
        ASSERT_EQ(plan.tensors.size(), good.tensors.size());
        for (std::size_t i = 0; i < good.tensors.size(); ++i)
            EXPECT_EQ(plan.tensors[i].shape, good.tensors[i]);
    }
    const auto types = layer_types();
    EXPECT_EQ(seen, std::set<std::string>(types.begin(), types.end())) << "a type without a test";
}

TEST(LayerTypes, EveryTypeRefusesAnUnknownParameter) {
    for (const auto& good : good_cases()) {
        Layer layer = layer_of(good.type, good.parameters);
        layer.parameters["colour"] = 1;
        const auto message = message_of<InputError>([&] { plan_layer(layer, good.inputs); });
        EXPECT_THAT(message, HasSubstr("layer `thing` (" + good.type + ")"));
        EXPECT_THAT(message, HasSubstr("`colour` is unknown"));
    }
}

TEST(LayerTypes, EveryTypeRefusesTooFewAndTooManyInputs) {
    for (const auto& good : good_cases()) {
        const Layer layer = layer_of(good.type, good.parameters);
        if (!good.inputs.empty()) {
            EXPECT_THAT(message_of<InputError>([&] { plan_layer(layer, {}); }),
                        HasSubstr("layer `thing` (" + good.type + "): has 0 inputs"));
        }
        EXPECT_THAT(message_of<InputError>([&] { plan_layer(layer, std::vector<Shape>(65, Shape{1})); }),
                    HasSubstr("has 65 inputs"));
    }
}

/// Whatever a parameter holds instead of what it should: an error that names the layer and the parameter.
TEST(LayerTypes, EveryParameterRefusesOtherTypes) {
    const std::vector<Json> strange{nullptr,           "x",
                                    Json::object(),    Json::array({Json::array()}),
                                    {1.5, 1.5, 1.5},   {"1", "1", "1"},
                                    {true, true, true}};
    for (const auto& good : good_cases()) {
        const Layer layer = layer_of(good.type, good.parameters);
        for (const auto& [key, value] : layer.parameters.items()) {
            for (const Json& other : strange) {
                SCOPED_TRACE(good.type + "." + key + " = " + other.dump());
                Layer bad = layer;
                bad.parameters[key] = other;
                const auto message = message_of<InputError>([&] { plan_layer(bad, good.inputs); });
                EXPECT_THAT(message, HasSubstr("layer `thing`"));
                EXPECT_THAT(message, HasSubstr(key));
            }
        }
    }
}

TEST(LayerTypes, EveryShapeParameterRefusesAbsurdExtents) {
    for (const auto& good : good_cases()) {
        const Layer layer = layer_of(good.type, good.parameters);
        for (const auto& [key, value] : layer.parameters.items()) {
            if (!value.is_array()) continue;
            for (const std::int64_t extent :
                 {std::int64_t{-1}, std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::max(),
                  std::numeric_limits<std::int64_t>::min()}) {
                if (good.type == "take" && key == "index" && extent == -1) continue;  // zero
                SCOPED_TRACE(good.type + "." + key);
                Layer bad = layer;
                for (auto& entry : bad.parameters[key]) entry = extent;
                EXPECT_THAT(message_of<InputError>([&] { plan_layer(bad, good.inputs); }),
                            HasSubstr("layer `thing` (" + good.type + ")"));
            }
        }
    }
}

TEST(LayerTypes, InputsThatCannotBe) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    for (const auto& good : good_cases()) {
        if (good.inputs.empty()) continue;
        const Layer layer = layer_of(good.type, good.parameters);
        for (const Shape& shape : {Shape{}, Shape{0}, Shape{-3}, Shape{most, most}, Shape{1, most, 2, 2}}) {
            SCOPED_TRACE(good.type + to_string(shape));
            EXPECT_THAT(message_of<InputError>(
                            [&] { plan_layer(layer, std::vector<Shape>(good.inputs.size(), shape)); }),
                        HasSubstr("layer `thing`"));
        }
    }
}

TEST(LayerTypes, AnUnknownTypeIsAnsweredWithTheNearest) {
    const auto message = message_of<InputError>([] { plan_layer(layer_of("conv3", "{}"), {{1}}); });
    EXPECT_THAT(message, HasSubstr("layer `thing`"));
    EXPECT_THAT(message, HasSubstr("`conv3d`"));
}

TEST(LayerTypes, PointwiseParametersAreThereAndInTheirRanges) {
    for (const PointwiseLayer& row : pointwise_layers()) {
        for (const auto& parameter : row.parameters) {
            SCOPED_TRACE(row.type + "." + parameter.name);
            Layer layer{"thing", row.type, {}, test::some_parameters(row)};
            for (const double value : {parameter.low * 1.1 - 1, parameter.high * 1.1 + 1}) {
                layer.parameters[parameter.name] = value;
                EXPECT_THAT(
                    message_of<InputError>([&] { plan_layer(layer, {{2}}); }),
                    HasSubstr("layer `thing` (" + row.type + "): parameter `" + parameter.name + "` is "));
            }
            layer.parameters.erase(parameter.name);
            if (parameter.fallback)
                EXPECT_NO_THROW(plan_layer(layer, {{2}}));
            else
                EXPECT_THAT(message_of<InputError>([&] { plan_layer(layer, {{2}}); }),
                            HasSubstr("is missing"));
        }
    }
}

struct Bad {
    std::string type;
    std::string parameters;
    std::vector<Shape> inputs;
    std::string says;
};

const std::vector<Shape> image{{2, 5, 5, 5}};
const std::vector<Bad> bad_cases{
    // missing parameters
    {"dense", "{}", {{5}}, "`units` is missing"},
    {"conv3d", R"({"kernel": [1, 1, 1]})", image, "`filters` is missing"},
    {"conv3d", R"({"filters": 1})", image, "`kernel` is missing"},
    {"reshape", "{}", {{6}}, "`shape` is missing"},
    {"upsample", "{}", image, "`factor` is missing"},
    {"pad", "{}", image, "`padding` is missing"},
    {"average_pool", "{}", image, "`size` is missing"},
    {"max_pool", "{}", image, "`size` is missing"},
    {"max_pool", R"({"size": [6, 1, 1]})", image, "window is larger than the input"},
    {"max_pool", R"({"size": [2]})", {{6}}, "4 axes are wanted, or 3 or 2"},
    {"conv1d", R"({"filters": 1, "kernel": [1, 1]})", {{2, 5}}, "`kernel` needs 1 numbers"},
    {"conv1d", R"({"filters": 1, "kernel": [1]})", {{2, 5, 5}}, "2 axes are wanted"},
    {"sum", "{}", image, "`axes` is missing"},
    {"slice", R"({"axis": 0, "begin": 0})", image, "`end` is missing"},
    {"permute", "{}", image, "`order` is missing"},
    {"random", R"({"shape": [1], "stream": 0})", {}, "`distribution` is missing"},
    {"random", R"({"distribution": "normal", "stream": 0})", {}, "`shape` is missing"},
    {"random", R"({"distribution": "normal", "shape": [1]})", {}, "`stream` is missing"},
    {"leaky_relu", "{}", {{1}}, "`slope` is missing"},
    {"dropout", "{}", {{1}}, "`rate` is missing"},
    {"threshold", "{}", {{1}}, "`value` is missing"},
    {"scale", "{}", {{1}}, "`factor` is missing"},
    {"interleave", "{}", image, "`factor` is missing"},
    {"take", R"({"shape": [1]})", {{3}}, "`index` is missing"},
    {"take", R"({"index": [0, 1], "shape": [3]})", {{3}}, "index names 2 elements; (3) needs 3"},
    {"take", R"({"index": [3], "shape": [1]})", {{3}}, "names element 3 of 3"},
    {"take", R"({"index": [-2], "shape": [1]})", {{3}}, "names element -2 of 3"},
    {"choose", "{}", {{1, 3}, {1, 3}}, "2 choices or more"},
    {"choose", "{}", {{2, 3}, {1, 2}}, "(1, 3) is wanted"},
    {"choose", "{}", {{2, 1}, {2, 2}}, "(1, 1) is wanted"},
    {"choose", "{}", {{2}, {1, 2}}, "(1) is wanted"},
    {"scatter", "{}", {{3}, {3}}, "`shape` is missing"},
    {"scatter", R"({"shape": [4]})", {{3}, {2}}, "places of shape (2) for values of shape (3)"},
    {"scatter", R"({"shape": [4]})", {{3}, {3}, {5}}, "adds onto (5); its `shape` is (4)"},
    {"move", "{}", {{2, 3, 4}, {2}}, "`size` is missing"},
    {"move", R"({"size": [3, 4]})", {{2, 3, 4}, {3}}, "moves by (3); (2) is wanted"},
    {"move", R"({"size": [3, 3]})", {{2, 3, 4}, {2}}, "both have to be odd or even"},
    {"move", R"({"size": [3]})", {{2, 3}, {2}}, "move"},
    {"range", R"({"begin": 0, "step": 1})", {}, "`count` is missing"},
    {"sample", "{}", {{4}, {1}}, "`knots` is missing"},
    // distributions
    {"sample", R"({"knots": [0]})", {{3}, {1}}, "2 to 32 rising numbers"},
    {"sample", R"({"knots": [0, 0]})", {{4}, {1}}, "2 to 32 rising numbers"},
    {"sample", R"({"knots": [1, 0]})", {{4}, {1}}, "2 to 32 rising numbers"},
    {"sample", R"({"knots": [0, 1e300]})", {{4}, {1}}, "2 to 32 rising numbers"},
    {"sample", R"({"knots": [0, 1]})", {{3}, {1}}, "4 parameters are wanted"},
    {"sample", R"({"knots": [0, 1], "from": [0, 1]})", {{4}, {1}}, "`from` and `to` come together"},
    {"sample", R"({"knots": [0, 1], "from": [0, 1], "to": [0, 1, 2]})", {{4}, {1}}, "2 and 3 numbers"},
    {"sample", R"({"knots": [0, 1], "from": [0, 1], "to": [1, 0]})", {{4}, {1}}, "`to` is [1,0]"},
    {"sample", R"({"knots": [0, 1], "zeros": false})", {{4}, {1}}, "3 parameters are wanted"},
    {"sample", R"({"knots": [0, 1]})", {{4, 2}, {1, 3}}, "(1, 2) is wanted"},
    {"scale", R"({"factor": 1, "offset": 1e31})", {{1}}, "`offset` is 1e+31"},
    {"range", R"({"count": 4, "begin": 0, "step": 1e10})", {}, "`step` is"},
    {"add", "{}", {{2, 3}, {2, 2}}, "do not fit"},
    {"interleave", R"({"factor": [2, 1]})", {{3, 3, 2}}, "needs 2 inputs, there are 1"},
    {"interleave", R"({"factor": [2, 1]})", {{3, 2, 2}, {3, 3, 2}}, "(3, 3, 2) would fill (3, 5, 2)"},
    {"interleave",
     R"({"factor": [2, 1]})",
     {{64, 1024, 1024}, {64, 1024, 1024}},
     "is too large to be put together"},
    {"dense", R"({"units": 2, "tensors": 3})", {{4}}, "`tensors` has the wrong type"},
    {"relu", R"({"tensors": "other"})", {{4}}, "has no tensors to take"},
    {"power", "{}", {{1}}, "`exponent` is missing"},
    // a misspelt one is answered with the nearest
    {"dense", R"({"unit": 3})", {{5}}, "Did you mean `units`?"},
    {"dense", R"({"units": 3, "initialiser": "he_unifrom"})", {{5}}, "Did you mean `he_uniform`?"},
    {"random", R"({"distribution": "norml", "shape": [1], "stream": 0})", {}, "Did you mean `normal`?"},
    // whole numbers
    {"dense", R"({"units": 2.7})", {{5}}, "wrong type (2.7)"},
    {"dense", R"({"units": true})", {{5}}, "wrong type (true)"},
    {"dense", R"({"units": 1e300})", {{5}}, "wrong type"},
    {"dense", R"({"units": 18446744073709551615})", {{5}}, "wrong type"},
    {"dense", R"({"units": 0})", {{5}}, "`units` is 0"},
    {"dense", R"({"units": 1048577})", {{5}}, "`units` is 1048577"},
    {"conv3d", R"({"filters": -1, "kernel": [1, 1, 1]})", image, "`filters` is -1"},
    // values out of range
    {"batch_norm", R"({"epsilon": 0})", image, "`epsilon` must be positive"},
    {"batch_norm", R"({"momentum": 1.5})", image, "`momentum` is 1.5"},
    {"leaky_relu", R"({"slope": -0.1})", {{1}}, "`slope` is -0.1"},
    {"dropout", R"({"rate": 1})", {{1}}, "`rate` is 1"},
    {"dropout", R"({"rate": 0.1, "stream": 4096})", {{1}}, "`stream` is 4096"},
    {"scale", R"({"factor": 1e31})", {{1}}, "`factor` is 1e+31"},
    {"power", R"({"exponent": 101})", {{1}}, "`exponent` is 101"},
    {"random", R"({"distribution": "normal", "shape": [1], "stream": -1})", {}, "`stream` is -1"},
    {"random", R"({"distribution": "normal", "shape": [1], "stream": 65536})", {}, "`stream` is 65536"},
    {"random", R"({"distribution": "normal", "shape": [], "stream": 0})", {}, "a shape without axes"},
    {"random", R"({"distribution": "gamma", "shape": [1], "stream": 0})", {}, "`concentration` is missing"},
    {"random",
     R"({"distribution": "gamma", "concentration": 1, "mean": 1, "shape": [1], "stream": 0})",
     {},
     "`mean` belongs to the distribution `poisson`"},
    {"random",
     R"({"distribution": "poisson", "mean": 0, "shape": [1], "stream": 0})",
     {},
     "`mean` is 0; 0.001 to 10000"},
    {"random",
     R"({"distribution": "gamma", "concentration": 1, "shape": [128, 1048576], "stream": 0})",
     {},
     "too large for gamma noise"},
    {"softmax", R"({"axes": [3]})", {{2, 3, 4}}, "axes (3) do not fit"},
    {"conv2d", R"({"filters": 1, "kernel": [1, 1]})", image, "3 axes are wanted"},
    {"conv3d", R"({"filters": 1, "kernel": [1, 1, 1], "stride": [0, 1, 1]})", image, "`stride` holds 0"},
    {"conv3d_transpose", R"({"filters": 1, "kernel": [1, 1, 1], "stride": [2, 2, 2], "padding": "same"})",
     image, "needs a kernel of at least the stride"},
    {"conv3d_transpose", R"({"filters": 1, "kernel": [2, 2, 2], "padding": [2, 0, 0]})", image,
     "more than the kernel (2, 2, 2) adds"},
    {"conv3d", R"({"filters": 1, "kernel": [1, 1, 1], "padding": [[1, -1], [0, 0], [0, 0]]})", image,
     "`padding` holds -1"},
    // inputs that do not fit
    {"dense", R"({"units": 3})", image, "1 axes are wanted"},
    {"conv3d", R"({"filters": 1, "kernel": [1, 1, 1]})", {{5}}, "4 axes are wanted"},
    {"conv3d", R"({"filters": 1, "kernel": [6, 1, 1]})", image, "is larger than the padded input"},
    {"conv3d", R"({"filters": 1, "kernel": [1, 1]})", image, "`kernel` needs 3 numbers"},
    {"conv3d", R"({"filters": 1, "kernel": [1, 0, 1]})", image, "`kernel` holds 0"},
    {"conv3d", R"({"filters": 1, "kernel": [1, 1, 1], "padding": "full"})", image, "padding is \"full\""},
    {"conv3d", R"({"filters": 1, "kernel": [1, 1, 1], "padding": [1]})", image, "`padding` needs 3"},
    {"reshape", R"({"shape": [7]})", {{6}}, "(6) does not fit into (7)"},
    {"reshape", R"({"shape": []})", {{1}}, "a shape without axes"},
    {"upsample", R"({"factor": [1, 1, 1]})", {{5}}, "4 axes are wanted"},
    {"pad", R"({"padding": [1, 1, 1]})", {{5}}, "4 axes are wanted"},
    {"average_pool", R"({"size": [6, 1, 1]})", image, "window is larger"},
    {"sum", R"({"axes": [4]})", image, "axes (4) do not fit"},
    {"sum", R"({"axes": [1, 1]})", image, "axes (1, 1) do not fit"},
    {"sum", R"({"axes": []})", image, "do not fit"},
    {"slice", R"({"axis": 4, "begin": 0, "end": 1})", image, "does not fit the input"},
    {"slice", R"({"axis": -1, "begin": 0, "end": 1})", image, "does not fit the input"},
    {"slice", R"({"axis": 0, "begin": 1, "end": 1})", image, "does not fit the input"},
    {"slice", R"({"axis": 0, "begin": 0, "end": 3})", image, "does not fit the input"},
    {"permute", R"({"order": [5, 0]})", {{2, 3}}, "is no permutation"},
    {"permute", R"({"order": [0, 0]})", {{2, 3}}, "is no permutation"},
    {"permute", R"({"order": [0]})", {{2, 3}}, "needs 2 numbers"},
    {"concat", "{}", {{2, 3}, {2, 4}}, "do not fit behind each other"},
    {"concat", "{}", {{2, 3}, {2}}, "do not fit behind each other"},
    {"add", "{}", {{2, 3}, {3, 2}}, "inputs (2, 3) and (3, 2) do not fit"},
    {"multiply", "{}", {{1, 1, 1, 1}, {200}}, "do not fit"},
    // more than 64 bits or any memory can hold
    {"dense", R"({"units": 1048576})", {{1048576}}, "too large"},
    {"conv3d", R"({"filters": 1048576, "kernel": [1048576, 1048576, 1048576], "padding": "same"})", image,
     "too large"},
    {"upsample", R"({"factor": [1048576, 1048576, 1048576]})", image, "too large"},
    {"pad", R"({"padding": [1048576, 1048576, 1048576]})", image, "too large"},
    {"random",
     R"({"distribution": "normal", "shape": [1048576, 1048576, 1048576, 1048576], "stream": 0})",
     {},
     "too large"},
    {"concat", "{}", {{1048576, 2000}, {1048576, 2000}}, "too large"},
};
TEST(LayerTypes, WhatCannotBeIsNamed) {
    for (const auto& bad : bad_cases) {
        SCOPED_TRACE(bad.type + " " + bad.parameters);
        const auto message =
            message_of<InputError>([&] { plan_layer(layer_of(bad.type, bad.parameters), bad.inputs); });
        EXPECT_THAT(message, HasSubstr("layer `thing` (" + bad.type + ")"));
        EXPECT_THAT(message, HasSubstr(bad.says));
    }
}

TEST(LayerTypes, ParametersThatAreNoObject) {
    const Layer layer{"thing", "relu", {}, Json::array({1})};
    EXPECT_THAT(message_of<InputError>([&] { plan_layer(layer, {{1}}); }), HasSubstr("not an object"));
}

TEST(LayerTypes, AnEvenKernelIsPaddedMoreOnTheHighSide) {
    const auto axes = convolution_axes(
        layer_of("conv3d", R"({"filters": 1, "kernel": [6, 5, 8], "padding": "same"})"), {1, 9, 9, 9});
    ASSERT_EQ(axes.size(), 3U);
    EXPECT_EQ(axes[0].low, 2);
    EXPECT_EQ(axes[0].high, 3);
    EXPECT_EQ(axes[1].low, 2);
    EXPECT_EQ(axes[1].high, 2);
    EXPECT_EQ(axes[2].low, 3);
    EXPECT_EQ(axes[2].high, 4);
}

}  // namespace
}  // namespace caloforge::network
