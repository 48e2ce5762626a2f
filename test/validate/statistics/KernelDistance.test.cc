#include "validate/statistics/KernelDistance.hh"

#include <cmath>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "validate/statistics/ReferenceStatistics.hh"

namespace caloforge::validate {
namespace {

/// Pair by pair, as the definition has it.
double by_definition(const std::vector<float>& a, const std::vector<float>& b, std::size_t columns) {
    const auto kernel = [&](const float* x, const float* y) {
        double product = 0;
        for (std::size_t c = 0; c < columns; ++c)
            product += static_cast<double>(x[c]) * static_cast<double>(y[c]);
        return std::pow(product / static_cast<double>(columns) + 1, 4);
    };
    const auto mean = [&](const std::vector<float>& x, const std::vector<float>& y, bool others) {
        double sum = 0, pairs = 0;
        for (std::size_t i = 0; i < x.size(); i += columns) {
            for (std::size_t j = 0; j < y.size(); j += columns) {
                if (others && i == j) continue;
                sum += kernel(&x[i], &y[j]);
                pairs += 1;
            }
        }
        return sum / pairs;
    };
    return mean(a, a, true) + mean(b, b, true) - 2 * mean(a, b, false);
}

TEST(KernelDistance, IsThatOfItsDefinition) {
    for (const std::size_t columns : {1U, 5U}) {
        const auto a = features(40, 600, columns), b = features(41, 500, columns, 0.2, 1.5);
        const double expected = by_definition(a, b, columns);
        EXPECT_NEAR(kernel_distance(a, b, columns), expected, 1e-7 * std::abs(expected)) << columns;
    }
}

TEST(KernelDistance, IsSmallBetweenSamplesOfOneDistribution) {
    const auto a = features(42, 4000, 4), b = features(43, 4000, 4), other = features(43, 4000, 4, 0.5);
    const auto same = kernel_physics_distance(a, b, 4), apart = kernel_physics_distance(a, other, 4);
    EXPECT_LT(std::abs(*same.value), 5 * *same.error);
    EXPECT_GT(*apart.value, 5 * *apart.error);
}

TEST(KernelDistance, FollowsItsSeed) {
    const auto a = features(42, 300, 3), b = features(43, 300, 3, 0.1);
    KernelOptions options;
    options.batch_size = 200;
    const double first = *kernel_physics_distance(a, b, 3, options).value;
    EXPECT_EQ(*kernel_physics_distance(a, b, 3, options).value, first);
    options.seed = 2;
    EXPECT_NE(*kernel_physics_distance(a, b, 3, options).value, first);
}

TEST(KernelDistance, RefusesWhatHasNoKernel) {
    const std::vector<float> good(6, 1.0F);
    EXPECT_THROW(kernel_distance(good, good, 4), core::InputError);
    std::vector<float> bad = good;
    bad[2] = std::nanf("");
    EXPECT_THAT(test::message_of<core::InputError>([&] { kernel_distance(good, bad, 2); }),
                testing::HasSubstr("not finite"));
    EXPECT_THROW(kernel_physics_distance(good, good, 2, {.batch_size = 1}), core::InputError);
}

}  // namespace
}  // namespace caloforge::validate
