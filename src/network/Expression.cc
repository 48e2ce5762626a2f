#include "network/Expression.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace caloforge::network {
namespace {

using Numbers = std::span<const double>;

struct Infix {
    const char* sign;
    int rank;  ///< that binds more is larger
};

const std::map<std::string, Infix>& infix() {
    static const std::map<std::string, Infix> table{{"less", {"<", 0}},
                                                    {"add", {"+", 1}},
                                                    {"subtract", {"-", 1}},
                                                    {"multiply", {"*", 2}},
                                                    {"divide", {"/", 2}}};
    return table;
}

// `least`: rank that needs no parentheses.
std::string text(const Expression& expression, int least) {
    if (expression.operation.empty())
        return expression.name.empty() ? fmt::format("{:g}", expression.number) : expression.name;
    const auto found = infix().find(expression.operation);
    if (found != infix().end()) {
        const auto& [sign, rank] = found->second;
        const std::string out =
            fmt::format("{} {} {}", text(expression.of[0], rank), sign, text(expression.of[1], rank + 1));
        return rank < least ? "(" + out + ")" : out;
    }
    std::string list;
    for (const Expression& operand : expression.of) list += (list.empty() ? "" : ", ") + text(operand, 0);
    return fmt::format("{}({})", expression.operation, list);
}

}  // namespace

std::string to_string(const Expression& expression) {
    return text(expression, 0);
}

const std::vector<ExpressionOperation>& expression_operations() {
    static const std::vector<ExpressionOperation> table{
        {"add", 2, [](Numbers v) { return v[0] + v[1]; }},
        {"subtract", 2, [](Numbers v) { return v[0] - v[1]; }},
        {"multiply", 2, [](Numbers v) { return v[0] * v[1]; }},
        {"divide", 2, [](Numbers v) { return v[0] / v[1]; }},
        {"less", 2, [](Numbers v) { return v[0] < v[1] ? 1.0 : 0.0; }},
        {"where", 3, [](Numbers v) { return v[0] != 0 ? v[1] : v[2]; }},
        {"min", 2, [](Numbers v) { return std::min(v[0], v[1]); }},
        {"max", 2, [](Numbers v) { return std::max(v[0], v[1]); }},
        {"exp", 1, [](Numbers v) { return std::exp(v[0]); }},
        {"log", 1, [](Numbers v) { return std::log(v[0]); }},
        {"cos", 1, [](Numbers v) { return std::cos(v[0]); }},
        {"floor", 1, [](Numbers v) { return std::floor(v[0]); }},
        {"power", 2, [](Numbers v) { return std::pow(v[0], v[1]); }},
        {"tanh", 1, [](Numbers v) { return std::tanh(v[0]); }},
        {"sigmoid", 1, [](Numbers v) { return 1 / (1 + std::exp(-v[0])); }},
        {"softplus", 1,
         [](Numbers v) { return std::max(v[0], 0.0) + std::log1p(std::exp(-std::abs(v[0]))); }},
        {"relu", 1, [](Numbers v) { return std::max(v[0], 0.0); }},
        {"leaky_relu", 2, [](Numbers v) { return v[0] < 0 ? v[1] * v[0] : v[0]; }},
    };
    return table;
}

double apply_to_numbers(const std::string& operation, std::span<const double> operands) {
    const auto& all = expression_operations();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == operation; });
    if (found == all.end() || found->operands != operands.size())
        throw std::logic_error(fmt::format("no operation `{}` of {} operands", operation, operands.size()));
    return found->of_numbers(operands);
}

}  // namespace caloforge::network
