#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/Functions.hh"
#include "network/PointwiseRows.hh"

namespace caloforge::engine::cpu {
namespace {

using network::pointwise_layers;
using network::PointwiseLayer;

TEST(Functions, EveryRowHasAKernelAndEveryKernelARow) {
    std::vector<std::string_view> rows;
    for (const PointwiseLayer& row : pointwise_layers()) rows.push_back(row.type);
    EXPECT_THAT(kernels::function_names(), testing::UnorderedElementsAreArray(rows));
}

std::vector<float> numbers(bool positive) {
    std::vector<float> out;
    for (float x = 1e-6F; x < 1e3F; x *= 1.1F) {
        out.push_back(x);
        if (!positive && x < 80) out.push_back(-x);
    }
    return out;
}

/// The kernel against the row's expression in double precision, and the same bits alone as among others.
TEST(Functions, KernelsAreTheirRowsExpressions) {
    for (const PointwiseLayer& row : pointwise_layers()) {
        SCOPED_TRACE(row.type);
        const kernels::Function function(row.type);
        const auto values = network::test::some_values(row);
        const std::vector<float> parameters(values.begin(), values.end());
        const auto x = numbers(row.traits.positive);
        auto made = x;
        function(made.data(), made.size(), parameters.data());
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double wanted = network::test::value_of(row, values, x[i]);
            if (wanted > std::numeric_limits<float>::max()) {
                EXPECT_TRUE(std::isinf(made[i])) << x[i];
                continue;
            }
            EXPECT_NEAR(made[i], wanted, 6e-7 * std::abs(wanted) + 1e-7) << x[i];
            float alone = x[i];
            function(&alone, 1, parameters.data());
            EXPECT_EQ(std::memcmp(&alone, &made[i], sizeof alone), 0) << x[i];
        }
    }
}

}  // namespace
}  // namespace caloforge::engine::cpu
