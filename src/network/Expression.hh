#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace caloforge::network {

/// A function of one number x and of parameters, as a tree: C++ programs write it, libtorch, ONNX and the
/// tests interpret it.
struct Expression {
    std::string operation;       ///< a name of expression_operations(); empty for x, a parameter or a number
    std::vector<Expression> of;  ///< what the operation is applied to
    std::string name;            ///< "x", or a parameter's; empty for a number
    double number = 0;

    Expression(double value) : number(value) {}     // NOLINT(google-explicit-constructor)
    Expression(const char* named) : name(named) {}  // NOLINT(google-explicit-constructor)
    Expression(std::string what, std::vector<Expression> operands)
        : operation(std::move(what)), of(std::move(operands)) {}
};

/// "x * sigmoid(x)"
std::string to_string(const Expression& expression);

/// An operation on expressions, numbers and names.
template <class... Operands>
Expression call(const char* operation, Operands... operands) {
    return {operation, {Expression(operands)...}};
}

struct ExpressionOperation {
    std::string name;
    std::size_t operands;
    double (*of_numbers)(std::span<const double>);
};
/// Whoever interprets expressions knows all of these.
const std::vector<ExpressionOperation>& expression_operations();

/// The value of an expression, whatever values are: `leaf(expression)` makes those of x, parameters and
/// numbers, `apply(operation, operands)` those of operations.
template <class Value, class Leaf, class Apply>
Value evaluate(const Expression& expression, const Leaf& leaf, const Apply& apply) {
    if (expression.operation.empty()) return leaf(expression);
    std::vector<Value> operands;
    for (const Expression& operand : expression.of) operands.push_back(evaluate<Value>(operand, leaf, apply));
    return apply(expression.operation, operands);
}

/// An operation on numbers.
double apply_to_numbers(const std::string& operation, std::span<const double> operands);

}  // namespace caloforge::network
