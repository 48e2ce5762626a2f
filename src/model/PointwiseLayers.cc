#include "model/PointwiseLayers.hh"

#include <fmt/format.h>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/Layout.hh"

namespace caloforge::model {
namespace {

using torch::Tensor;

// Numbers stay numbers as long as they can: libtorch knows short cuts for them.
struct Value {
    Tensor tensor;  ///< undefined for a number
    double number = 0;
    bool is_number() const { return !tensor.defined(); }
};
using Operands = const std::vector<Value>&;

// f(tensor or number, tensor or number), of which one is a tensor at least.
template <class Combine>
Tensor binary(Operands v, const Combine& f) {
    if (v[0].is_number()) return f(v[0].number, v[1].tensor);
    return v[1].is_number() ? f(v[0].tensor, v[1].number) : f(v[0].tensor, v[1].tensor);
}

Tensor filled(const Value& value, const Tensor& like) {
    return value.is_number() ? torch::full_like(like, value.number) : value.tensor;
}

Tensor minimum(Operands v) {
    if (v[0].is_number()) return torch::clamp_max(v[1].tensor, v[0].number);
    return v[1].is_number() ? torch::clamp_max(v[0].tensor, v[1].number)
                            : torch::minimum(v[0].tensor, v[1].tensor);
}

Tensor maximum(Operands v) {
    if (v[0].is_number()) return torch::clamp_min(v[1].tensor, v[0].number);
    return v[1].is_number() ? torch::clamp_min(v[0].tensor, v[1].number)
                            : torch::maximum(v[0].tensor, v[1].tensor);
}

Tensor less(Operands v) {
    if (v[0].is_number()) return v[1].tensor > v[0].number;
    return v[1].is_number() ? v[0].tensor < v[1].number : v[0].tensor < v[1].tensor;
}

Tensor where(Operands v) {
    const Tensor& like = v[1].is_number() ? v[2].tensor : v[1].tensor;
    return torch::where(v[0].tensor, filled(v[1], like), filled(v[2], like));
}

const std::map<std::string, Tensor (*)(Operands)>& operations() {
    static const std::map<std::string, Tensor (*)(Operands)> table{
        {"add", [](Operands v) { return binary(v, [](const auto& a, const auto& b) { return a + b; }); }},
        {"subtract",
         [](Operands v) { return binary(v, [](const auto& a, const auto& b) { return a - b; }); }},
        {"multiply",
         [](Operands v) { return binary(v, [](const auto& a, const auto& b) { return a * b; }); }},
        {"divide", [](Operands v) { return binary(v, [](const auto& a, const auto& b) { return a / b; }); }},
        {"power",
         [](Operands v) { return binary(v, [](const auto& a, const auto& b) { return torch::pow(a, b); }); }},
        {"less", less},
        {"where", where},
        {"min", minimum},
        {"max", maximum},
        {"exp", [](Operands v) { return torch::exp(v[0].tensor); }},
        {"log", [](Operands v) { return torch::log(v[0].tensor); }},
        {"cos", [](Operands v) { return torch::cos(v[0].tensor); }},
        {"floor", [](Operands v) { return torch::floor(v[0].tensor); }},
        {"tanh", [](Operands v) { return torch::tanh(v[0].tensor); }},
        {"sigmoid", [](Operands v) { return torch::sigmoid(v[0].tensor); }},
        {"softplus", [](Operands v) { return torch::softplus(v[0].tensor); }},
        {"relu", [](Operands v) { return torch::relu(v[0].tensor); }},
        {"leaky_relu", [](Operands v) { return torch::leaky_relu(v[0].tensor, v[1].number); }},
    };
    return table;
}

/// Makes a value of the layer's input.
using Part = std::function<Value(const Tensor&)>;

Part number(double value) {
    return [value](const Tensor&) { return Value{{}, value}; };
}

/// What an operation computes of parts. Parts that are numbers are known now: `x` does not matter to them.
struct Compiled {
    Part part;
    bool is_number;
};

Compiled compile(const std::string& operation, const std::vector<Compiled>& of) {
    bool all_numbers = true;
    for (const Compiled& operand : of) all_numbers = all_numbers && operand.is_number;
    if (all_numbers) {
        std::vector<double> numbers;
        for (const Compiled& operand : of) numbers.push_back(operand.part(Tensor()).number);
        return {number(network::apply_to_numbers(operation, numbers)), true};
    }
    const auto found = operations().find(operation);
    if (found == operations().end())
        throw std::logic_error(fmt::format("libtorch is not told how to compute `{}`", operation));
    return {[run = found->second, of](const Tensor& x) -> Value {
                std::vector<Value> operands;
                for (const Compiled& operand : of) operands.push_back(operand.part(x));
                return {run(operands), 0};
            },
            false};
}

}  // namespace

PointwiseRun compile_pointwise(const network::PointwiseLayer& row, std::span<const double> parameters) {
    // What libtorch computes in one go, and its gradient with it.
    if (row.type == "silu") return [](const Tensor& x) { return torch::silu(x); };
    const auto leaf = [&](const network::Expression& expression) -> Compiled {
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            if (expression.name == row.parameters[i].name) return {number(parameters[i]), true};
        }
        if (expression.name.empty()) return {number(expression.number), true};
        return {[](const Tensor& x) { return Value{x, 0}; }, false};
    };
    const Compiled all = network::evaluate<Compiled>(row.expression, leaf, compile);
    return [run = all.part, full = row.traits.full_precision](const Tensor& x) {
        return run(full ? at_least_float(x) : x).tensor;
    };
}

}  // namespace caloforge::model
