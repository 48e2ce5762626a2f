#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>

#include "core/Difference.hh"
#include "core/Error.hh"
#include "engine/RunRows.hh"
#include "engine/cpu/Rewritten.hh"
#include "engine/cuda/HostRun.hh"
#include "network/Toy.hh"

namespace caloforge::engine::cpu {
namespace {

using core::Json;
using network::Layer;
using network::NetworkSpec;
using network::Shape;

/// Networks put together at random from every layer type: most are right, some ask for what cannot be.
class RandomSpecs {
  public:
    explicit RandomSpecs(std::uint64_t seed) : random_(seed) {}

    NetworkSpec next() {
        spec_ = {};
        shapes_.clear();
        spec_.name = "random";
        spec_.inputs = {{"energy", {1}, "GeV"}};
        shapes_["energy"] = {1};
        absurd_ = one_in(5);
        if (one_in(3)) {
            shapes_["more"] = {1 + below(4), 1 + below(6), 1 + below(6)};
            spec_.inputs.push_back({"more", shapes_["more"], "1"});
        }
        const std::int64_t layers = 1 + below(14);
        for (std::int64_t i = 0; i < layers; ++i) add_layer(i);
        if (spec_.layers.empty()) add(Layer{"l0", "relu", {"energy"}, Json::object()}, true);
        const std::string& last = spec_.layers.back().name;
        spec_.outputs = {{last, shapes_.count(last) > 0 ? shapes_[last] : Shape{1}, "GeV"}};
        const std::string& other = any(spec_.layers).name;
        if (one_in(3) && other != last && shapes_.count(other) > 0)
            spec_.outputs.push_back({other, shapes_[other], "1"});
        return spec_;
    }
    bool one_in(std::int64_t n) { return below(n) == 0; }

  private:
    std::int64_t below(std::int64_t end) {
        return std::uniform_int_distribution<std::int64_t>(0, end - 1)(random_);
    }
    template <class T>
    const T& any(const std::vector<T>& from) {
        return from[static_cast<std::size_t>(below(static_cast<std::int64_t>(from.size())))];
    }
    // Small whole numbers, now and then others.
    std::int64_t whole(std::int64_t low, std::int64_t high) {
        static const std::vector<std::int64_t> strange{-1, 0, 7, 100, 4096, 65536, 1 << 20, (1 << 20) + 1};
        if (absurd_ && one_in(6)) return any(strange);
        return low + below(high - low + 1);
    }
    Shape list(std::size_t size, std::int64_t low, std::int64_t high) {
        Shape out;
        if (absurd_ && one_in(40)) ++size;
        for (std::size_t i = 0; i < size; ++i) out.push_back(whole(low, high));
        return out;
    }

    const std::string& some_input() {
        std::vector<std::string> names;
        for (const auto& [name, shape] : shapes_) names.push_back(name);
        // Mostly the one made last: a chain with branches.
        name_ = spec_.layers.empty() || one_in(4) ? any(names) : spec_.layers.back().name;
        return name_;
    }

    Json parameters_of(const std::string& type, const Shape& in) {
        const std::size_t spatial = in.size() > 1 ? in.size() - 1 : 1;
        if (type == "dense") return {{"units", whole(1, 60)}, {"bias", !one_in(3)}};
        if (type.starts_with("conv")) {
            const auto axes = static_cast<std::size_t>(type[4] - '0');
            Json out = {{"filters", whole(1, 9)}, {"kernel", list(axes, 1, 4)}, {"bias", !one_in(3)}};
            if (one_in(2)) out["stride"] = list(axes, 1, one_in(8) ? 3000 : 3);
            if (one_in(3)) out["padding"] = "same";
            if (one_in(4)) out["padding"] = list(axes, 0, one_in(8) ? 3000 : 2);
            if (one_in(6)) {
                out["padding"] = Json::array();
                for (std::size_t i = 0; i < axes; ++i) out["padding"].push_back(list(2, 0, 2));
            }
            return out;
        }
        if (type == "reshape") return {{"shape", reshaped(network::element_count(in))}};
        if (type == "upsample") return {{"factor", list(spatial, 1, 3)}};
        if (type == "pad") return {{"padding", list(spatial, 0, 2)}};
        if (type == "average_pool" || type == "max_pool") return {{"size", list(spatial, 1, 2)}};
        if (type == "sum" || type == "softmax") {
            Shape axes;
            for (std::size_t i = 0; i < in.size(); ++i) {
                if (one_in(2)) axes.push_back(static_cast<std::int64_t>(i));
            }
            return {{"axes", axes}};
        }
        if (type == "slice") {
            const auto axis = static_cast<std::size_t>(below(static_cast<std::int64_t>(in.size())));
            const std::int64_t begin = below(in[axis]);
            return {{"axis", axis}, {"begin", begin}, {"end", begin + whole(1, in[axis] - begin)}};
        }
        if (type == "permute") {
            Shape order;
            for (std::size_t i = 0; i < in.size(); ++i) order.push_back(static_cast<std::int64_t>(i));
            std::shuffle(order.begin(), order.end(), random_);
            return {{"order", order}};
        }
        if (type == "random") {
            static const std::vector<std::string> names{"normal", "uniform", "gamma", "poisson"};
            Json out = {{"distribution", any(names)},
                        {"shape", list(static_cast<std::size_t>(1 + below(4)), 1, 7)},
                        {"stream", whole(0, 3)}};
            if (out["distribution"] == "gamma") out["concentration"] = 0.5 + static_cast<double>(below(3));
            if (out["distribution"] == "poisson") out["mean"] = 0.5 + static_cast<double>(below(3));
            return out;
        }
        if (type == "dropout") return {{"rate", 0.2}};
        if (type == "range")
            return {{"count", whole(1, 60)}, {"begin", whole(-3, 3)}, {"step", whole(-3, 3)}};
        if (type == "take") {
            const std::int64_t all = network::element_count(in), count = 1 + below(40);
            Shape index;
            for (std::int64_t i = 0; i < count; ++i) index.push_back(below(all + 1) - (one_in(50) ? 2 : 1));
            return {{"index", index}, {"shape", reshaped(count)}};
        }
        if (type == "scatter") return {{"shape", reshaped(1 + below(64))}};
        if (type == "move") {
            // Mostly to what the image's middle allows.
            Json size = Json::array();
            for (std::size_t axis = 1; axis <= 2; ++axis)
                size.push_back((axis < in.size() ? in[axis] % 2 : 1) + 2 * whole(0, 4) +
                               (one_in(10) ? 1 : 0));
            return {{"size", size}};
        }
        if (type == "interleave") {
            Json factor = Json(Shape(spatial, 1));
            factor[static_cast<std::size_t>(below(static_cast<std::int64_t>(spatial)))] = whole(1, 2);
            return {{"factor", factor}};
        }
        if (type == "sample") {
            Json knots = Json::array();
            const std::int64_t count = in[0] - (one_in(2) ? 1 : 2);
            for (std::int64_t i = 0; i < count; ++i)
                knots.push_back(static_cast<double>(i - count / 2) * 0.75);
            Json sample = {{"knots", knots}, {"zeros", count + 2 == in[0]}};
            if (one_in(2)) sample.update(Json{{"from", {-1, -0.25, 0.5}}, {"to", {-1.5, -0.125, 0}}});
            return sample;
        }
        return numbers(type);
    }

    // Of a pointwise layer.
    Json numbers(const std::string& type) {
        Json out = Json::object();
        const auto* row = network::find_pointwise(type);
        for (const auto& parameter :
             row ? row->parameters : std::vector<network::PointwiseLayer::Parameter>()) {
            const double value = 0.5 * static_cast<double>(whole(-6, 6));
            // Mostly what is allowed.
            out[parameter.name] = one_in(20) ? value : std::clamp(value, parameter.low, parameter.high);
        }
        return out;
    }

    // As an image where the elements allow it.
    Shape reshaped(std::int64_t elements) {
        Shape out;
        for (int axes = static_cast<int>(1 + below(3)); axes > 0; --axes) {
            std::vector<std::int64_t> divisors;
            for (std::int64_t d = 1; d <= std::min<std::int64_t>(elements, 12); ++d) {
                if (elements % d == 0) divisors.push_back(d);
            }
            out.push_back(any(divisors));
            elements /= out.back();
        }
        out.push_back(elements);
        return out;
    }

    void add_layer(std::int64_t number) {
        static const std::vector<std::string> types = network::layer_types();
        const std::string type = number == 0 ? "random" : any(types);
        Layer layer{"l" + std::to_string(number), type, {}, Json::object()};
        const bool two = type == "add" || type == "multiply" || type == "concat" || type == "interleave";
        const bool none = type == "random" || type == "range";
        if (!none) layer.inputs.push_back(some_input());
        if (two) layer.inputs.push_back(one_in(2) ? layer.inputs[0] : some_input());
        if (type == "sample" || type == "choose") {
            Shape shape = shapes_.at(layer.inputs[0]);
            shape[0] = 1;
            if (type == "choose" && sample::element_count(shape) == 1 && shape.size() > 1 && one_in(2))
                shape.back() = 1 + below(40);
            const Layer numbers = network::test::noise_of_shape(layer.name + "n", shape, 1);
            add(numbers, false);
            if (!shapes_.contains(numbers.name)) return;
            layer.inputs.push_back(numbers.name);
        }
        if (type == "move") {
            const Layer by = network::test::noise_of_shape(layer.name + "n", {2}, 1);
            const Layer cells{layer.name + "b", "scale", {by.name}, {{"factor", 9}, {"offset", -4.5}}};
            add(by, false);
            add(cells, false);
            layer.inputs.push_back(cells.name);
        }
        if (type == "lookup" || type == "scatter") {
            const Shape& values = shapes_.at(layer.inputs[0]);
            const Layer numbers = network::test::noise_of_shape(layer.name + "n", values, 1);
            const Layer places{layer.name + "p", "scale", {numbers.name}, {{"factor", 60}, {"offset", -4.5}}};
            add(numbers, false);
            add(places, false);
            if (!shapes_.contains(places.name)) return;
            layer.inputs.push_back(places.name);
        }
        layer.parameters = parameters_of(type, none ? Shape{} : shapes_.at(layer.inputs[0]));
        // Now and then the tensors of a layer before it, which mostly do not fit.
        const auto before = std::find_if(spec_.layers.begin(), spec_.layers.end(),
                                         [&](const Layer& other) { return other.type == type; });
        if (before != spec_.layers.end() && one_in(6)) layer.parameters["tensors"] = before->name;
        add(layer, false);
    }

    void add(const Layer& layer, bool whatever) {
        std::vector<Shape> inputs;
        for (const std::string& name : layer.inputs) inputs.push_back(shapes_.at(name));
        // What cannot be is mostly left out, or few networks would be longer than two layers.
        constexpr std::int64_t usual_elements = 20'000;
        try {
            const Shape made = network::plan_layer(layer, inputs).output;
            if (network::element_count(made) > usual_elements && !(absurd_ && one_in(3))) return;
            shapes_[layer.name] = made;
        } catch (const core::InputError&) {
            if (!whatever && !one_in(20)) return;
            spec_.layers.push_back(layer);
            shapes_[layer.name] = {1};
            return;
        }
        spec_.layers.push_back(layer);
    }

    std::mt19937_64 random_;
    NetworkSpec spec_;
    std::map<std::string, Shape> shapes_;
    std::string name_;
    bool absurd_ = false;
};

struct Tally {
    int refused = 0;
    int too_large = 0;
    int ran = 0;
    double slowest = 0;
};

// Small enough to be run here, and to have made-up weights.
bool handy(const network::NetworkPlan& plan) {
    std::int64_t numbers = 0;
    for (const auto& step : plan.steps) {
        numbers += network::element_count(step.plan.output);
        for (const auto& tensor : step.plan.tensors) numbers += network::element_count(tensor.shape);
    }
    return numbers < 400'000 && plan.macs() < 20'000'000;
}

constexpr std::size_t row_count = 9;

/// What the rows are made from.
struct SomeInputs {
    std::vector<std::vector<float>> values;
    sample::ColumnsView view{row_count};

    explicit SomeInputs(const sample::Fields& fields) {
        for (const sample::Field& field : fields) {
            auto& one = values.emplace_back(row_count * field.elements());
            for (std::size_t i = 0; i < one.size(); ++i) one[i] = 5 + static_cast<float>(i % 11);
        }
        for (std::size_t i = 0; i < values.size(); ++i) view.add(fields[i].name, values[i]);
    }
};

// The same through what a GPU runs.
std::vector<std::vector<float>> rows_of_program(const network::WeightsFile& file) {
    const cuda::Program program = cuda::make_program(compile_network(file, "generator"));
    const SomeInputs inputs(program.inputs);
    return cuda::test::HostRun(program, cuda::block_rows)(sample::consecutive(1, 0, row_count), inputs.view);
}

// The outputs of nine rows, one of which is the same bit by bit alone.
std::vector<std::vector<float>> rows_of(const Engine& engine) {
    constexpr std::size_t picked = 3;
    const auto keys = sample::consecutive(1, 0, row_count);
    const SomeInputs some(engine.inputs());
    const sample::ColumnsView& inputs = some.view;
    const auto together = test::run_rows(engine, keys, inputs);
    const auto alone = test::run_rows(engine, std::span(keys).subspan(picked, 1), inputs.part(picked, 1));
    for (std::size_t o = 0; o < alone.size(); ++o) {
        for (std::size_t e = 0; e < alone[o].size(); ++e) {
            // Which NaN an operation on two makes is the machine's affair.
            const float a = alone[o][e], b = together[o][picked * alone[o].size() + e];
            EXPECT_TRUE(std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)))
                << o << ", " << e << ": " << a << " " << b;
        }
    }
    return together;
}

// Whether rounding stays rounding: no function that blows it up or jumps.
bool calm(const NetworkSpec& spec) {
    static const std::vector<std::string> wild{"exp",    "log",   "power", "threshold",
                                               "sample", "floor", "cos",   "choose"};
    return std::none_of(spec.layers.begin(), spec.layers.end(), [](const Layer& layer) {
        return std::find(wild.begin(), wild.end(), layer.type) != wild.end();
    });
}

void expect_close(const std::vector<float>& a, const std::vector<float>& b, double allowed = 1e-4) {
    if (!std::all_of(b.begin(), b.end(), [](float x) { return std::isfinite(x); })) return;
    EXPECT_LT(caloforge::test::relative_difference(a, b), allowed);
}

// Weights of zero, as many as a file may well have.
network::WeightsFile empty_file(const NetworkSpec& spec, const network::NetworkPlan& plan) {
    constexpr std::int64_t most = std::int64_t{1} << 24;
    network::WeightsFile file;
    file.document = {{"format_version", network::weights_format_version}, {"kind", "model"}};
    file.document["networks"]["generator"] = spec.json();
    for (const auto& step : plan.steps) {
        for (const auto& tensor : step.plan.tensors) {
            const std::int64_t count = network::element_count(tensor.shape);
            if (count > most) continue;
            file.tensors["generator." + step.layer->name + "." + tensor.role] = {
                "F32", tensor.shape, std::vector<std::byte>(static_cast<std::size_t>(count) * sizeof(float))};
        }
    }
    return file;
}

void try_one(const NetworkSpec& spec, Tally& tally) {
    try {
        const network::NetworkPlan plan = network::plan_network(spec);
        if (!handy(plan)) {
            // Not run, but the compiler is asked all the same.
            ++tally.too_large;
            const Engine engine(empty_file(spec, plan), "generator");
            return;
        }
        const auto file = network::test::file_of(spec);
        const Engine engine(file, "generator");
        const auto made = rows_of(engine);
        const auto plain = rows_of(Engine(file, "generator", Engine::Passes::none));
        const auto again = rows_of(Engine(rewritten(file, "generator"), "generator"));
        const auto on_gpu = rows_of_program(file);
        if (calm(spec)) {
            for (std::size_t o = 0; o < plain.size(); ++o) {
                expect_close(made[o], plain[o]);
                expect_close(again[o], plain[o]);
                expect_close(on_gpu[o], made[o], 1e-5);
            }
        }
        ++tally.ran;
    } catch (const core::InputError& error) {
        EXPECT_STRNE(error.what(), "");
        ++tally.refused;
    }
}

/// Whatever a network asks for: it runs, the same with and without the passes, or it is refused by a message;
/// in time and in memory. CALOFORGE_RANDOM_SPECS says how many are tried (make test-long: 100,000).
TEST(RandomSpecs, NeitherCrashNorHang) {
    const char* asked = std::getenv("CALOFORGE_RANDOM_SPECS");
    const int count = asked ? std::atoi(asked) : 3000;
    Tally tally;
    for (int i = 0; i < count; ++i) {
        RandomSpecs specs(static_cast<std::uint64_t>(i));
        const NetworkSpec spec = specs.next();
        SCOPED_TRACE(spec.json().dump());
        const auto begin = std::chrono::steady_clock::now();
        try_one(spec, tally);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        tally.slowest = std::max(tally.slowest, took.count());
        ASSERT_LT(took.count(), 60) << "network " << i;
        if (HasFailure()) FAIL() << "network " << i;
    }
    RecordProperty("slowest_s", std::to_string(tally.slowest));
    std::printf("%d ran, %d were refused, %d were too large to run here; the slowest took %.2f s\n",
                tally.ran, tally.refused, tally.too_large, tally.slowest);
    EXPECT_GT(tally.ran, count / 3);
    EXPECT_GT(tally.refused, count / 50);
}

}  // namespace
}  // namespace caloforge::engine::cpu
