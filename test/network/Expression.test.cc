#include "network/Expression.hh"

#include <gtest/gtest.h>

#include <stdexcept>

namespace caloforge::network {
namespace {

TEST(Expression, IsReadAsItIsComputed) {
    EXPECT_EQ(to_string(call("multiply", "x", call("sigmoid", "x"))), "x * sigmoid(x)");
    EXPECT_EQ(to_string(call("multiply", call("add", "x", 1.0), 2.5)), "(x + 1) * 2.5");
    EXPECT_EQ(to_string(call("subtract", 1.0, call("subtract", "x", "a"))), "1 - (x - a)");
    EXPECT_EQ(to_string(call("subtract", call("subtract", 1.0, "x"), "a")), "1 - x - a");
    EXPECT_EQ(to_string(call("where", call("less", "x", 0.0), 0.0, "x")), "where(x < 0, 0, x)");
}

TEST(Expression, OperationsHaveTheirOperands) {
    for (const auto& [name, operands, of_numbers] : expression_operations())
        EXPECT_NO_THROW(apply_to_numbers(name, std::vector<double>(operands, 0.5))) << name;
    EXPECT_THROW(apply_to_numbers("exp", std::vector<double>{1, 2}), std::logic_error);
    EXPECT_THROW(apply_to_numbers("cosh", std::vector<double>{1}), std::logic_error);
}

}  // namespace
}  // namespace caloforge::network
