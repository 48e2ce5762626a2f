#include "export/onnx/SampleWriter.hh"

#include <vector>

namespace caloforge::onnx {
namespace {

using network::SampleRule;
using network::Shape;

// Nodes as expressions: every call makes a value and returns its name.
class Expression {
  public:
    Expression(GraphWriter& graph, std::size_t axes) : graph_(graph), axes_(axes) {}

    std::string number(double value) { return graph_.constant(static_cast<float>(value)); }
    /// (1, values, 1, ...): a number for every channel.
    std::string numbers(const std::vector<double>& values) {
        const std::vector<float> single(values.begin(), values.end());
        Shape shape(axes_ + 1, 1);
        shape[1] = static_cast<std::int64_t>(values.size());
        return graph_.constant(shape, single);
    }
    std::string make(const char* type, const std::vector<std::string>& from) {
        return graph_.value(type, from);
    }
    /// Channels [begin, end).
    std::string channels(const std::string& x, std::size_t begin, std::size_t end) {
        return make("Slice",
                    {x, graph_.constant(Shape{static_cast<std::int64_t>(begin)}),
                     graph_.constant(Shape{static_cast<std::int64_t>(end)}), graph_.constant(Shape{1})});
    }
    /// One channel of zeros before or after.
    std::string longer(const std::string& x, bool before) {
        Shape pads(2 * (axes_ + 1), 0);
        pads[before ? 1 : axes_ + 2] = 1;
        return make("Pad", {x, graph_.constant(pads)});
    }
    std::string sum_of_channels(const std::string& x) {
        const std::string name = graph_.between();
        GraphWriter::attribute(graph_.node("ReduceSum", {x, graph_.constant(Shape{1})}, name), "keepdims",
                               std::int64_t{1});
        return name;
    }

  private:
    GraphWriter& graph_;
    std::size_t axes_;
};

}  // namespace

void write_sample(const SampleRule& rule, std::size_t axes, const std::string& parameters,
                  const std::string& uniform, const std::string& out, GraphWriter& graph) {
    Expression e(graph, axes);
    const std::string zero = e.number(0), one = e.number(1);
    const std::string occupied = rule.zeros ? e.make("Sigmoid", {e.channels(parameters, 0, 1)}) : one;
    const std::string hit = e.make("Less", {uniform, occupied});
    const std::string part = e.make("Where", {hit, e.make("Sub", {occupied, uniform}), uniform});
    const std::string t = e.make("Log", {e.make("Div", {part, uniform})});
    const std::string half = e.make("Mul", {e.make("Abs", {t}), e.number(0.5)});
    const std::string z = e.make("Div", {t, e.make("Sqrt", {e.make("Add", {half, one})})});

    // A channel for every piece between two knots: the way within it, and the integrals of the two hat
    // functions there.
    const std::size_t knots = rule.knots.size();
    std::vector<double> lengths, halves, first(knots, 0.0), last(knots, 0.0);
    for (std::size_t j = 0; j + 1 < knots; ++j) {
        lengths.push_back(rule.knots[j + 1] - rule.knots[j]);
        halves.push_back(1 / (2 * lengths.back()));
    }
    first.front() = last.back() = 1;
    const std::string beyond = e.make("Sub", {z, e.numbers({rule.knots.begin(), rule.knots.end() - 1})});
    const std::string way = e.make("Min", {e.make("Max", {beyond, zero}), e.numbers(lengths)});
    const std::string rising = e.make("Mul", {e.make("Mul", {way, way}), e.numbers(halves)});
    const std::string falling = e.make("Sub", {way, rising});
    const std::string before = e.make("Min", {e.make("Sub", {z, e.number(rule.knots.front())}), zero});
    const std::string after = e.make("Max", {e.make("Sub", {z, e.number(rule.knots.back())}), zero});
    const std::string ends =
        e.make("Add", {e.make("Mul", {before, e.numbers(first)}), e.make("Mul", {after, e.numbers(last)})});
    const std::string hats = e.make("Add", {e.longer(falling, false), e.longer(rising, true)});
    const std::string integrals = e.make("Sub", {e.make("Add", {hats, ends}), e.numbers(rule.to_zero)});

    const std::size_t location = rule.location();
    // Not Clip, which some runtimes take apart again.
    const std::string limited = e.make("Max", {e.channels(parameters, location + 1, rule.parameters()),
                                               e.number(SampleRule::least_log_slope)});
    const std::string slopes =
        e.make("Exp", {e.make("Min", {limited, e.number(SampleRule::largest_log_slope)})});
    const std::string u = e.make("Add", {e.channels(parameters, location, location + 1),
                                         e.sum_of_channels(e.make("Mul", {slopes, integrals}))});
    std::string bent = u;
    if (!rule.from.empty()) {
        const std::string past = e.make("Max", {e.make("Sub", {u, e.numbers(rule.from)}), zero});
        const std::string more = e.sum_of_channels(e.make("Mul", {past, e.numbers(rule.bends())}));
        bent = e.make("Add", {e.make("Add", {u, e.number(rule.shift())}), more});
    }
    const std::string drawn = e.make("Exp", {e.make("Min", {bent, e.number(SampleRule::largest_log)})});
    graph.node("Where", {hit, drawn, zero}, out);
}

}  // namespace caloforge::onnx
