#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/Error.hh"
#include "core/Random.hh"
#include "kernels/BlockedDense.hh"
#include "kernels/Elementwise.hh"
#include "kernels/Functions.hh"
#include "kernels/InstructionSet.hh"
#include "kernels/Peak.hh"
#include "kernels/SplineSample.hh"
#include "kernels/TapConvolution.hh"

namespace caloforge::kernels {
namespace {

std::vector<float> numbers(std::size_t count, std::uint32_t stream) {
    std::vector<float> out(count);
    core::RandomStream(1, 0, stream).normal(out);
    return out;
}

TEST(Elementwise, IsTheSameForOneShowerAndForSixteen) {
    constexpr std::size_t elements = 6, products = 9;
    const auto a = numbers(elements * lanes, 11), b = numbers(elements * lanes, 12);
    const std::vector<std::int32_t> first{0, 3, 5, 1, 1, 4, 2, 0, 5}, second{2, 2, 0, 1, 5, 3, 4, 0, 1};
    const std::vector<std::int32_t> begins{0, 4, 4, 9};
    std::vector<float> sums(3 * lanes), product_sums(3 * lanes), added(products * lanes),
        multiplied(products * lanes);
    const ElementPairs pairs{a.data(), b.data(), first.data(), second.data()};
    add(pairs, products, true, added.data());
    multiply(pairs, products, true, multiplied.data());
    sum(a.data(), first, begins, 0.5F, true, sums.data());
    sum_of_products(pairs, begins, 2, true, product_sums.data());
    for (std::size_t l = 0; l < lanes; ++l) {
        const auto lane = [&](const std::vector<float>& all) {
            std::vector<float> out;
            for (std::size_t e = l; e < all.size(); e += lanes) out.push_back(all[e]);
            return out;
        };
        const auto one_a = lane(a), one_b = lane(b);
        const ElementPairs one{one_a.data(), one_b.data(), first.data(), second.data()};
        std::vector<float> out(products);
        add(one, products, false, out.data());
        EXPECT_EQ(out, lane(added));
        multiply(one, products, false, out.data());
        EXPECT_EQ(out, lane(multiplied));
        for (std::size_t k = 0; k < products; ++k) {
            const float x = one_a[static_cast<std::size_t>(first[k])];
            EXPECT_EQ(out[k], x * one_b[static_cast<std::size_t>(second[k])]);
        }
        out.resize(3);
        sum(one_a.data(), first, begins, 0.5F, false, out.data());
        EXPECT_EQ(out, lane(sums));
        sum_of_products(one, begins, 2, false, out.data());
        EXPECT_EQ(out, lane(product_sums));
        double wanted = 0;
        for (std::size_t k = 4; k < products; ++k)
            wanted +=
                2.0 * one_a[static_cast<std::size_t>(first[k])] * one_b[static_cast<std::size_t>(second[k])];
        EXPECT_NEAR(out[2], wanted, 1e-5);
        EXPECT_EQ(out[1], 0);
    }
    // Without lists, one element may be spread over all.
    ElementPairs spread{a.data(), b.data()};
    spread.step_b = 0;
    multiply(spread, elements, true, multiplied.data());
    EXPECT_EQ(multiplied[3 * lanes + 2], a[3 * lanes + 2] * b[2]);
}

float reference(const char* name, float x) {
    const double v = x;
    const std::string function = name;
    if (function == "exp") return static_cast<float>(std::exp(v));
    if (function == "log") return static_cast<float>(std::log(v));
    if (function == "sigmoid") return static_cast<float>(1 / (1 + std::exp(-v)));
    if (function == "silu") return static_cast<float>(v / (1 + std::exp(-v)));
    return static_cast<float>(std::max(v, 0.0) + std::log1p(std::exp(-std::abs(v))));
}

TEST(Functions, AreThoseOfTheCLibrary) {
    for (const char* name : {"exp", "log", "sigmoid", "silu", "softplus"}) {
        const Function function(name);
        auto x = numbers(1000, 3);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] *= i % 3 == 0 ? 0.01F : i % 3 == 1 ? 1.0F : 25.0F;
        if (std::string(name) == "log") {
            for (float& value : x) value = std::abs(value);
        }
        auto y = x;
        function(y.data(), y.size());
        for (std::size_t i = 0; i < x.size(); ++i) {
            const float wanted = reference(name, x[i]);
            EXPECT_NEAR(y[i], wanted, 4e-7 * std::abs(wanted) + 1e-37) << name << " " << x[i];
            // The same alone as among others.
            float alone = x[i];
            function(&alone, 1);
            EXPECT_EQ(std::memcmp(&alone, &y[i], sizeof alone), 0) << name << " " << x[i];
        }
    }
}

TEST(Functions, HaveTheUsualEnds) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const auto of = [](const char* function, float x) {
        std::vector<float> many(19, x);
        Function{function}(many.data(), many.size());
        EXPECT_TRUE(many[0] == many[18] || (std::isnan(many[0]) && std::isnan(many[18])));
        return many[0];
    };
    EXPECT_EQ(of("exp", -infinity), 0);
    EXPECT_EQ(of("exp", infinity), infinity);
    EXPECT_EQ(of("exp", 200), infinity);
    EXPECT_EQ(of("log", 0), -infinity);
    EXPECT_EQ(of("log", infinity), infinity);
    EXPECT_TRUE(std::isnan(of("log", -1)));
    EXPECT_EQ(of("sigmoid", infinity), 1);
    EXPECT_EQ(of("sigmoid", -infinity), 0);
    EXPECT_EQ(of("softplus", infinity), infinity);
    EXPECT_EQ(of("softplus", -infinity), 0);
    for (const char* function : {"exp", "log", "sigmoid", "silu", "softplus"})
        EXPECT_TRUE(std::isnan(of(function, NAN)));
}

TEST(Functions, Powers) {
    for (const float exponent : {2.0F, -1.0F, 0.5F, 3.0F}) {
        std::vector<float> x{0.3F, 1, 2, 7, 100};
        auto y = x;
        Function("power")(y.data(), y.size(), &exponent);
        for (std::size_t i = 0; i < x.size(); ++i)
            EXPECT_NEAR(y[i], std::pow(x[i], exponent), 2e-7 * std::pow(x[i], exponent));
    }
}

TEST(SplineSample, IsTheSameAloneAndAmongOthers) {
    SplineSample rule;
    rule.knots = {-2, -0.5F, 0.5F, 2};
    rule.to_zero = {1.0F, 1.0F, 0.1F, 0};
    rule.from = {-0.5F, 0.5F};
    rule.bends = {0.5F, -0.25F};
    rule.shift = 0.1F;
    rule.least_log_slope = -6;
    rule.largest_log_slope = 4;
    rule.largest_log = 30;
    constexpr std::size_t count = 37;
    auto parameters = numbers(6 * count, 4);
    std::vector<float> uniform(count);
    core::RandomStream(1, 0, 5).uniform(uniform);
    std::vector<float> out(count);
    run(rule, parameters.data(), uniform.data(), count, out.data());
    std::size_t zeros = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<float> own;
        for (std::size_t k = 0; k < 6; ++k) own.push_back(parameters[k * count + i]);
        float alone = -1;
        run(rule, own.data(), &uniform[i], 1, &alone);
        EXPECT_EQ(std::memcmp(&alone, &out[i], sizeof alone), 0) << i;
        zeros += alone == 0;
    }
    EXPECT_GT(zeros, 5U);
    EXPECT_LT(zeros, 32U);
    parameters[3] = NAN;
    run(rule, parameters.data(), uniform.data(), count, out.data());
    EXPECT_TRUE(std::isnan(out[3]));
}

// Filters in every number that a tile may have, positions in every remainder.
TEST(TapConvolution, IsTheSumOverTaps) {
    for (const std::size_t filters : {1, 2, 3, 4, 5, 6, 7, 8, 13, 64}) {
        for (const std::size_t positions : {1, 3, 4, 5, 17}) {
            const std::vector<std::int32_t> taps = {0, 3, 16, 40, 7};
            const auto in = numbers(positions * lanes + 64, 1);
            const auto weights = numbers(taps.size() * filters, 2);
            const auto start = numbers(filters, 3);
            std::vector<std::int32_t> from, to;
            for (std::size_t p = 0; p < positions; ++p) {
                from.push_back(static_cast<std::int32_t>(p * lanes));
                to.push_back(static_cast<std::int32_t>((positions - 1 - p) * lanes));
            }
            std::vector<float> out(filters * positions * lanes, NAN);
            run({taps, weights.data(), start.data(), filters, from, to, positions * lanes}, in.data(),
                out.data());
            for (std::size_t f = 0; f < filters; ++f) {
                for (std::size_t p = 0; p < positions; ++p) {
                    for (std::size_t l = 0; l < lanes; ++l) {
                        double sum = start[f];
                        for (std::size_t t = 0; t < taps.size(); ++t)
                            sum += weights[t * filters + f] *
                                   in[static_cast<std::size_t>(from[p] + taps[t]) + l];
                        const float found = out[f * positions * lanes + static_cast<std::size_t>(to[p]) + l];
                        ASSERT_NEAR(found, sum, 1e-5) << filters << " " << positions;
                    }
                }
            }
        }
    }
}

TEST(BlockedDense, OneShowerIsTheSameAmongSixteenBitByBit) {
    for (const std::size_t outputs : {1, 16, 40, 200}) {
        constexpr std::size_t inputs = 37;
        const auto weight = numbers(inputs * outputs, 4);
        const auto bias = numbers(outputs, 5);
        const BlockedDense dense(inputs, outputs, weight, bias);
        const auto in = numbers(inputs * lanes, 6);
        const std::size_t rounded = dense.blocks() * lanes;
        std::vector<float> together(rounded * lanes), alone(rounded), one(inputs);
        run_lanes(dense, in.data(), together.data());
        for (std::size_t l = 0; l < lanes; ++l) {
            for (std::size_t k = 0; k < inputs; ++k) one[k] = in[k * lanes + l];
            run_cells(dense, one.data(), alone.data());
            for (std::size_t o = 0; o < outputs; ++o) {
                double sum = bias[o];
                for (std::size_t k = 0; k < inputs; ++k) sum += weight[o * inputs + k] * one[k];
                ASSERT_NEAR(alone[o], sum, 1e-4);
                ASSERT_EQ(std::memcmp(&alone[o], &together[o * lanes + l], sizeof(float)), 0)
                    << o << " " << l;
            }
        }
    }
}

void apply(const char* function, std::vector<float>& values, std::vector<float> parameters) {
    Function{function}(values.data(), values.size(), parameters.data());
}

TEST(Functions, AreTheSameAtEveryPlace) {
    auto values = numbers(67, 7);
    const auto before = values;
    apply("scale", values, {2.5F, -1});
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], std::fma(2.5F, before[i], -1.0F));
    apply("leaky_relu", values, {0.3F});
    apply("threshold", values, {0.5F});
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float x = std::fma(2.5F, before[i], -1.0F);
        const float y = x < 0 ? 0.3F * x : x;
        EXPECT_EQ(values[i], y < 0.5F ? 0.0F : y);
    }
}

TEST(Functions, ReluMakesNoNegativeZero) {
    for (const char* function : {"relu", "leaky_relu"}) {
        std::vector<float> values(33, -1.0F);
        apply(function, values, {0});
        for (const float value : values) EXPECT_FALSE(std::signbit(value));
    }
}

TEST(Functions, HideNoNan) {
    for (const std::string_view name : function_names()) {
        std::vector<float> values(33, NAN);
        apply(std::string(name).c_str(), values, {0.5F, 0.25F});
        for (const float value : values) EXPECT_TRUE(std::isnan(value)) << name;
    }
}

TEST(Functions, AreKnownByName) {
    EXPECT_THROW(Function("attention"), std::logic_error);
}

TEST(InstructionSet, CanBeChosen) {
    const auto all = instruction_sets();
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(instruction_set(), all.front());
    std::vector<float> data(37, 0.1F);
    for (const std::string& name : all) {
        use_instruction_set(name);
        EXPECT_EQ(instruction_set(), name);
        std::vector<float> copy = data;
        apply("scale", copy, {3.0F, 0.5F});
        for (const float x : copy) EXPECT_FLOAT_EQ(x, 0.8F);
    }
    EXPECT_THROW(use_instruction_set("mmx"), core::InputError);
    EXPECT_EQ(instruction_set(), all.back());
    use_instruction_set(all.front());
}

TEST(Peak, IsWhatAMachineCanDo) {
    // Per core: more than a scalar unit of the slowest clock, less than two 512-bit units at 8 GHz.
    const double peak = multiply_add_peak();
    EXPECT_GT(peak, 0.2);
    EXPECT_LT(peak, 520);
}

}  // namespace
}  // namespace caloforge::kernels
