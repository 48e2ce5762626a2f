#include "onnx/SampleWriter.hh"

#include <vector>

namespace caloforge::onnx {
namespace {

using network::SampleRule;

// Nodes as expressions: every call makes a value and returns its name.
class Expression {
  public:
    explicit Expression(GraphWriter& graph) : graph_(graph) {}

    std::string number(double value) { return graph_.constant(static_cast<float>(value)); }
    std::string make(const char* type, const std::vector<std::string>& from) {
        const std::string name = graph_.between();
        graph_.node(type, from, name);
        return name;
    }
    std::string clip(const std::string& x, double low, double high) {
        return make("Clip", {x, number(low), number(high)});
    }
    /// Channels [begin, begin + 1).
    std::string channel(const std::string& x, std::int64_t begin) {
        return make("Slice",
                    {x, graph_.constant(network::Shape{begin}), graph_.constant(network::Shape{begin + 1}),
                     graph_.constant(network::Shape{1})});
    }

  private:
    GraphWriter& graph_;
};

}  // namespace

void write_sample(const SampleRule& rule, const std::string& parameters, const std::string& uniform,
                  const std::string& out, GraphWriter& graph) {
    Expression e(graph);
    const auto location = static_cast<std::int64_t>(rule.location());
    const std::string occupied = rule.zeros ? e.make("Sigmoid", {e.channel(parameters, 0)}) : e.number(1);
    const std::string hit = e.make("Less", {uniform, occupied});
    const std::string part = e.make("Where", {hit, e.make("Sub", {occupied, uniform}), uniform});
    const std::string t = e.make("Log", {e.make("Div", {part, uniform})});
    const std::string half = e.make("Mul", {e.make("Abs", {t}), e.number(0.5)});
    const std::string z = e.make("Div", {t, e.make("Sqrt", {e.make("Add", {half, e.number(1)})})});
    std::string u = e.channel(parameters, location);
    const std::size_t last = rule.knots.size() - 1;
    constexpr double far = 1e30;
    std::string before, before_square;
    for (std::size_t j = 0; j <= last; ++j) {
        std::string integral = e.number(-rule.to_zero[j]);
        const auto add = [&](const std::string& more) { integral = e.make("Add", {integral, more}); };
        const std::string beyond = e.make("Sub", {z, e.number(rule.knots[j])});
        if (j > 0) {
            const double h = rule.knots[j] - rule.knots[j - 1];
            add(e.make("Mul", {before_square, e.number(1 / (2 * h))}));
        }
        if (j < last) {
            const double h = rule.knots[j + 1] - rule.knots[j];
            before = e.clip(beyond, 0, h);
            before_square = e.make("Mul", {before, before});
            add(before);
            add(e.make("Mul", {before_square, e.number(-1 / (2 * h))}));
        }
        if (j == 0) add(e.clip(beyond, -far, 0));
        if (j == last) add(e.clip(beyond, 0, far));
        const std::string slope =
            e.make("Exp", {e.clip(e.channel(parameters, static_cast<std::int64_t>(j) + location + 1),
                                  SampleRule::least_log_slope, SampleRule::largest_log_slope)});
        u = e.make("Add", {u, e.make("Mul", {slope, integral})});
    }
    const std::string drawn = e.make("Exp", {e.clip(u, -far, SampleRule::largest_log)});
    graph.node("Where", {hit, drawn, e.number(0)}, out);
}

}  // namespace caloforge::onnx
