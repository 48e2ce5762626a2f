#include "export/onnx/ExpressionWriter.hh"

#include <map>

namespace caloforge::onnx {
namespace {

using network::Expression;

const std::map<std::string, const char*>& operators() {
    static const std::map<std::string, const char*> table{
        {"add", "Add"},         {"subtract", "Sub"},      {"multiply", "Mul"},
        {"divide", "Div"},      {"less", "Less"},         {"where", "Where"},
        {"min", "Min"},         {"max", "Max"},           {"exp", "Exp"},
        {"log", "Log"},         {"power", "Pow"},         {"tanh", "Tanh"},
        {"cos", "Cos"},         {"floor", "Floor"},       {"relu", "Relu"},
        {"sigmoid", "Sigmoid"}, {"softplus", "Softplus"}, {"leaky_relu", "LeakyRelu"}};
    return table;
}

bool is_number(const Expression& expression, double value) {
    return expression.operation.empty() && expression.name.empty() && expression.number == value;
}

class Writer {
  public:
    Writer(const network::PointwiseLayer& row, const std::vector<double>& parameters, std::string x,
           GraphWriter& graph)
        : row_(row), parameters_(parameters), x_(std::move(x)), graph_(graph) {}

    /// With its parameters as numbers, and without what changes nothing.
    Expression plain(const Expression& expression) const {
        if (expression.operation.empty()) {
            for (std::size_t i = 0; i < parameters_.size(); ++i) {
                if (expression.name == row_.parameters[i].name) return parameters_[i];
            }
            return expression;
        }
        Expression out(expression.operation, {});
        for (const Expression& operand : expression.of) out.of.push_back(plain(operand));
        const bool same = (out.operation == "add" && is_number(out.of[1], 0)) ||
                          (out.operation == "multiply" && is_number(out.of[1], 1));
        return same ? out.of[0] : out;
    }

    /// The name of an operand's value.
    std::string value(const Expression& expression) {
        if (!expression.operation.empty()) {
            const std::string name = graph_.between();
            write(expression, name);
            return name;
        }
        return expression.name.empty() ? graph_.constant(static_cast<float>(expression.number)) : x_;
    }

    void write(const Expression& expression, const std::string& out) {
        if (expression.operation.empty()) {
            graph_.node("Identity", {value(expression)}, out);
            return;
        }
        if (expression.operation == "leaky_relu") {  // the slope is an attribute
            auto& node = graph_.node("LeakyRelu", {value(expression.of[0])}, out);
            GraphWriter::attribute(node, "alpha", static_cast<float>(expression.of[1].number));
            return;
        }
        std::vector<std::string> operands;
        for (const Expression& operand : expression.of) operands.push_back(value(operand));
        graph_.node(operators().at(expression.operation), operands, out);
    }

  private:
    const network::PointwiseLayer& row_;
    const std::vector<double>& parameters_;
    std::string x_;
    GraphWriter& graph_;
};

}  // namespace

void write_pointwise(const network::PointwiseLayer& row, const std::vector<double>& parameters,
                     const std::string& x, const std::string& out, GraphWriter& graph) {
    Writer writer(row, parameters, x, graph);
    writer.write(writer.plain(row.expression), out);
}

std::vector<std::string> expression_operations() {
    std::vector<std::string> out;
    for (const auto& [name, type] : operators()) out.push_back(name);
    return out;
}

}  // namespace caloforge::onnx
