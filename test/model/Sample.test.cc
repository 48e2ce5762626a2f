#include "model/Sample.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/Random.hh"

namespace caloforge::model {
namespace {

using network::SampleRule;
using torch::Tensor;

SampleRule rule_of(bool zeros, bool bent = false) {
    network::Layer layer{"draw", "sample", {}, {{"knots", {-2.5, -0.9, 0.3, 1.6}}, {"zeros", zeros}}};
    if (bent) layer.parameters.update(core::Json{{"from", {-1.0, 0.0, 0.5}}, {"to", {-0.8, -0.2, 0.9}}});
    return network::sample_rule(layer);
}

std::vector<SampleRule> rules() {
    return {rule_of(true), rule_of(false), rule_of(true, true), rule_of(false, true)};
}

// Distributions narrow and wide, with a step in the middle, and mostly zero.
Tensor parameters_of(const SampleRule& rule) {
    Tensor out = torch::tensor({{1.5, 0.3, -1.0, -1.0, -1.0, -1.0},
                                {-2.0, -4.0, 0.5, -0.5, 0.7, 0.1},
                                {0.0, 2.0, -2.0, 1.5, -2.5, -0.3},
                                {3.0, 0.0, -0.5, -3.0, -3.0, 1.0}},
                               torch::kFloat64);
    return rule.zeros ? out : out.slice(1, 1).contiguous();
}

Tensor uniform_numbers(std::int64_t count) {
    Tensor out = torch::empty({count, 1});
    core::RandomStream(3, 0, 0).uniform({out.data_ptr<float>(), static_cast<std::size_t>(count)});
    return out;
}

TEST(Sample, TheLikelihoodIsADensity) {
    for (const SampleRule& rule : rules()) {
        const Tensor parameters = parameters_of(rule);
        for (std::int64_t row = 0; row < parameters.size(0); ++row) {
            // In the middle of steps at whose ends the density jumps where a line bends it.
            constexpr std::int64_t points = 200'000;
            constexpr double step = 5e-4, first = -0.5 * step * (points - 1);
            const Tensor u = (first + step * torch::arange(points, torch::kFloat64)).unsqueeze(1);
            const Tensor p = parameters.slice(0, row, row + 1).expand({points, -1});
            double sum = sample_log_likelihood(rule, p, torch::exp(u)).exp().sum().item<double>() * step;
            if (rule.zeros) {
                sum += sample_log_likelihood(rule, p.slice(0, 0, 1), torch::zeros({1, 1}, torch::kFloat64))
                           .exp()
                           .item<double>();
            }
            EXPECT_NEAR(sum, 1, 1e-4) << row;
        }
    }
}

TEST(Sample, WhatIsDrawnFollowsTheLikelihood) {
    constexpr std::int64_t draws = 400'000;
    const Tensor w = uniform_numbers(draws);
    for (const SampleRule& rule : rules()) {
        const Tensor parameters = parameters_of(rule);
        for (std::int64_t row = 0; row < parameters.size(0); ++row) {
            const Tensor p = parameters.slice(0, row, row + 1);
            const Tensor drawn = sample(rule, p.expand({draws, -1}), w);
            const double share = rule.zeros ? 1 / (1 + std::exp(-p[0][0].item<double>())) : 1;
            EXPECT_NEAR((drawn > 0).to(torch::kFloat64).mean().item<double>(), share, 4e-3);
            // The cumulative distribution at three places, by integration and by counting.
            const double m = p[0][static_cast<std::int64_t>(rule.location())].item<double>();
            for (const double at : {m - 0.7, m, m + 0.4}) {
                constexpr std::int64_t points = 100'001;
                const double low = at - 60;
                const Tensor u = torch::linspace(low, at, points, torch::kFloat64).unsqueeze(1);
                const double below = sample_log_likelihood(rule, p.expand({points, -1}), torch::exp(u))
                                         .exp()
                                         .sum()
                                         .item<double>() *
                                     60 / (points - 1);
                const double counted =
                    ((drawn > 0) & (drawn < std::exp(at))).to(torch::kFloat64).mean().item<double>();
                EXPECT_NEAR(counted, below, 4e-3) << row << " " << at;
            }
        }
    }
}

TEST(Sample, ALineBendsTheLogarithm) {
    const Tensor parameters = parameters_of(rule_of(false)), w = uniform_numbers(4);
    const Tensor u = torch::log(sample(rule_of(false), parameters, w)).squeeze(1);
    const Tensor v = torch::log(sample(rule_of(false, true), parameters, w)).squeeze(1);
    for (std::int64_t row = 0; row < u.size(0); ++row) {
        const double x = u[row].item<double>();
        const double y = x < -1 ? x + 0.2 : x < 0 ? -0.2 + 0.6 * x : x < 0.5 ? -0.2 + 2.2 * x : x + 0.4;
        EXPECT_NEAR(v[row].item<double>(), y, 1e-6) << row;
    }
}

TEST(Sample, TheGradientIsThatOfFiniteDifferences) {
    const SampleRule rule = rule_of(true, true);
    const Tensor values = torch::tensor({{0.0}, {1.3}, {7.0}, {0.9}}, torch::kFloat64);
    Tensor parameters = parameters_of(rule).clone().requires_grad_(true);
    sample_log_likelihood(rule, parameters, values).sum().backward();
    const Tensor gradient = parameters.grad().clone();
    const torch::NoGradGuard no_grad;
    for (std::int64_t row = 0; row < parameters.size(0); ++row) {
        for (std::int64_t k = 0; k < parameters.size(1); ++k) {
            constexpr double h = 1e-6;
            Tensor up = parameters.detach().clone(), down = up.clone();
            up[row][k] += h;
            down[row][k] -= h;
            const double slope = (sample_log_likelihood(rule, up, values).sum() -
                                  sample_log_likelihood(rule, down, values).sum())
                                     .item<double>() /
                                 (2 * h);
            EXPECT_NEAR(gradient[row][k].item<double>(), slope, 1e-5 * (1 + std::abs(slope)))
                << row << " " << k;
        }
    }
}

TEST(Sample, ShapesOfImages) {
    const SampleRule rule = rule_of(true);
    const Tensor p = parameters_of(rule).to(torch::kFloat32).t().reshape({1, 6, 2, 2});
    const Tensor w = uniform_numbers(4).reshape({1, 1, 2, 2});
    const Tensor drawn = sample(rule, p, w);
    EXPECT_EQ(drawn.sizes(), torch::IntArrayRef({1, 1, 2, 2}));
    const Tensor alone = sample(rule, parameters_of(rule).to(torch::kFloat32), w.reshape({4, 1}));
    EXPECT_TRUE(torch::allclose(drawn.flatten(), alone.flatten()));
    EXPECT_NEAR(
        sample_log_likelihood(rule, p, drawn).item<double>(),
        sample_log_likelihood(rule, parameters_of(rule).to(torch::kFloat32), alone).sum().item<double>(),
        1e-4);
}

TEST(Sample, NothingIsInfinite) {
    const SampleRule rule = rule_of(true);
    const Tensor wild =
        torch::tensor({{30.0, 1e6, 1e3, 1e3, 1e3, 1e3}, {-30.0, -1e6, -1e3, -1e3, -1e3, 1e3}});
    for (const double w : {1e-7, 0.5, 1 - 1e-7})
        EXPECT_TRUE(torch::isfinite(sample(rule, wild, torch::full({2, 1}, w))).all().item<bool>());
}

TEST(Choose, DrawsByTheWeightsExponentials) {
    // Weights 0, ln 2, ln 5 and nothing: shares of 1, 2 and 5 eighths.
    constexpr std::int64_t count = 8000;
    const Tensor weights = torch::tensor({0.0, std::log(2.0), std::log(5.0), -60.0}, torch::kFloat32)
                               .reshape({1, 4, 1})
                               .expand({1, 4, count});
    const Tensor uniform = ((torch::arange(count) + 0.5) / count).to(torch::kFloat32).reshape({1, 1, count});
    const Tensor drawn = choose(weights, uniform);
    for (const auto& [choice, share] : {std::pair{0, 1}, std::pair{1, 2}, std::pair{2, 5}, std::pair{3, 0}})
        EXPECT_NEAR((drawn == choice).sum().item<double>(), share * count / 8.0, 1) << choice;
    // Shares are what the likelihood says.
    const Tensor log_likelihood = choice_log_likelihood(weights, drawn);
    EXPECT_NEAR(torch::exp(log_likelihood[0][0][0]).item<double>(), 0.125, 1e-6);
    EXPECT_NEAR(torch::exp(log_likelihood[0][0][count - 1]).item<double>(), 0.625, 1e-6);
}

TEST(Choose, ANetworkThatBreaksDownIsSeen) {
    const Tensor weights = torch::tensor({0.0F, std::nanf("")}).reshape({1, 2, 1});
    EXPECT_TRUE(choose(weights, torch::full({1, 1, 1}, 0.5)).isnan().item<bool>());
}

}  // namespace
}  // namespace caloforge::model
