#include "engine/cuda/Program.hh"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/Error.hh"
#include "engine/cpu/MemoryPlan.hh"
#include "engine/cuda/ConvolutionCut.hh"
#include "engine/cuda/Order.hh"
#include "engine/cuda/Tables.hh"

namespace caloforge::engine::cuda {
namespace {

using cpu::ConvolutionStep;
using cpu::MemoryBlock;
using cpu::Step;

/// Launches of at most so many items are put together.
constexpr std::uint32_t sequence_items = 64;

std::uint32_t number(std::size_t value) {
    return static_cast<std::uint32_t>(value);
}

/// Where a step's output and its padded input lie among a row's values.
struct StepPlace {
    std::size_t output = 0;
    std::size_t padded = 0;
};

class Maker {
  public:
    explicit Maker(const cpu::CompiledNetwork& network)
        : network_(network), steps_(network.steps), paddings_(steps_.size()), places_(steps_.size()) {}

    Program made() {
        program_.inputs = network_.inputs;
        program_.outputs = network_.outputs;
        for (const sample::Field& field : network_.inputs) {
            inputs_before_.push_back(program_.input_floats);
            program_.input_floats += field.elements();
        }
        place_all();
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            const Step& step = steps_[i];
            chain_ = chain_of(step);
            current_ = i;
            std::visit([&](const auto& work) { make(work, step, i); }, step.work);
        }
        for (const std::size_t step : network_.made_by) {
            program_.output_works.push_back({number(program_.output_floats), number(steps_[step].elements),
                                             number(places_[step].output)});
            program_.output_floats += steps_[step].elements;
        }
        put_together();
        program_.after = order_of(touched_);
        program_.tables = tables_.take();
        return std::move(program_);
    }

  private:
    // What a step makes is needed from then until it is last read, a padded input while its convolution runs.
    // In long networks it is kept for some steps more: whoever is put into its place would have to wait for
    // readers that could run at the same time.
    void place_all() {
        const std::size_t kept = std::min<std::size_t>(20, steps_.size() / 64);
        std::vector<MemoryBlock> blocks(2 * steps_.size());
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (const auto* work = std::get_if<ConvolutionStep>(&steps_[i].work))
                paddings_[i] = work->convolution.padding();
            blocks[2 * i] = {steps_[i].elements, i, i};
            blocks[2 * i + 1] = {paddings_[i].size(), i, i};
            for (const std::size_t from : steps_[i].inputs)
                blocks[2 * from].last = std::min(i + kept, steps_.size());
        }
        for (const std::size_t step : network_.made_by) blocks[2 * step].last = steps_.size();
        program_.row_floats = cpu::place_blocks(blocks);
        if (program_.row_floats > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
            throw core::InputError(
                fmt::format("the network keeps {} numbers for one sample, more than the engine can count on "
                            "a GPU. Is its grid right?",
                            program_.row_floats));
        }
        for (std::size_t i = 0; i < steps_.size(); ++i)
            places_[i] = {blocks[2 * i].begin, blocks[2 * i + 1].begin};
    }

    Chain chain_of(const Step& step) {
        std::vector<Link> links;
        for (const cpu::AppliedFunction& one : step.after) {
            links.push_back({function_number(one.function.name()), number(step.elements / one.channels),
                             number(one.parameters.size() / one.channels), tables_.add(one.parameters)});
        }
        if (links.empty()) return {};
        return {tables_.add(links), number(links.size())};
    }

    std::uint32_t in(const Step& step, std::size_t which = 0) const {
        return number(places_[step.inputs[which]].output);
    }
    std::size_t size_in(const Step& step, std::size_t which) const {
        return steps_[step.inputs[which]].elements;
    }
    std::uint32_t out(std::size_t i) const { return number(places_[i].output); }
    /// `padded`: what the work reads is the padded input, or is what it makes.
    enum class Padded { no, read, made };
    template <class Body>
    void launch(const Body& body, std::size_t items, Padded padded = Padded::no) {
        if constexpr (std::is_same_v<Body, ConvolutionWork>)
            program_.launches.push_back({body, number(items)});
        else
            program_.launches.push_back({SmallWork(body), number(items)});
        const std::size_t i = current_;
        const Step& step = steps_[i];
        const auto range = [](std::size_t begin, std::size_t size) {
            return Range{number(begin), number(begin + size)};
        };
        const Range scratch = range(places_[i].padded, paddings_[i].size());
        const Range output = range(places_[i].output, step.elements);
        Touched touched{{}, {padded == Padded::made ? scratch : output}, i};
        for (const std::size_t from : step.inputs)
            touched.read.push_back(range(places_[from].output, steps_[from].elements));
        if (padded == Padded::read) touched.read.push_back(scratch);
        touched_.push_back(std::move(touched));
    }

    void make(const graph::Input& input, const Step& step, std::size_t i) {
        launch(InputBody{number(inputs_before_[input.port]), number(step.elements), out(i), chain_},
               step.elements);
    }

    void make(const graph::Constant& constant, const Step& step, std::size_t i) {
        launch(ConstantBody{tables_.add(constant.values), out(i), chain_}, step.elements);
    }

    void make(const graph::Random& random, const Step& step, std::size_t i) {
        using Distribution = core::Noise::Distribution;
        const core::Noise& noise = random.noise;
        const NoiseBody body{random.stream, number(step.elements), out(i), chain_};
        const std::size_t blocks = (step.elements + 3) / 4;
        switch (noise.distribution()) {
            case Distribution::normal:
                return launch(NormalBody{body}, blocks);
            case Distribution::uniform:
                return launch(UniformBody{body}, blocks);
            case Distribution::gamma:
                return launch(GammaBody{body, noise.parameter(), core::Noise::gamma_tries}, step.elements);
            case Distribution::poisson:
                return launch(PoissonBody{body, tables_.add(noise.cumulative()),
                                          number(noise.cumulative().size()), noise.first()},
                              blocks);
        }
    }

    void make(const kernels::BlockedDense& dense, const Step& step, std::size_t i) {
        static_assert(kernels::lanes == dense_outputs);
        launch(DenseWork{in(step), out(i), number(dense.inputs), number(dense.outputs),
                         tables_.add(dense.weights), tables_.add(dense.start), chain_},
               dense.blocks());
    }

    void make(const ConvolutionStep& step_work, const Step& step, std::size_t i) {
        std::uint32_t from = in(step);
        if (!paddings_[i].empty()) {
            const auto padded = number(places_[i].padded);
            launch(GatherBody{tables_.add(paddings_[i]), from, padded, {}}, paddings_[i].size(),
                   Padded::made);
            from = padded;
        }
        for (ConvolutionWork work : cut(step_work.convolution, tables_)) {
            work.in = from;
            work.out = out(i);
            work.add_image = step_work.image_addend > 0;
            work.add_channel = step_work.channel_addend > 0;
            if (work.add_image) work.image = in(step, step_work.image_addend);
            if (work.add_channel) work.channel = in(step, step_work.channel_addend);
            work.activate = step_work.activate;
            work.slope = step_work.slope;
            work.after = chain_;
            launch(work, work.items(), paddings_[i].empty() ? Padded::no : Padded::read);
        }
    }

    void make(const graph::Gather& gather, const Step& step, std::size_t i) {
        launch(GatherBody{tables_.add(gather.index), in(step), out(i), chain_}, step.elements);
    }

    ListTables lists_of(const graph::Lists& lists) {
        return {tables_.add(lists.elements), tables_.add(lists.begins)};
    }

    void make(const graph::Sum& sum, const Step& step, std::size_t i) {
        launch(SumBody{lists_of(sum.lists), sum.scale, in(step), out(i), chain_}, step.elements);
    }

    void make(const graph::Max& max, const Step& step, std::size_t i) {
        launch(MaxBody{lists_of(max.lists), in(step), out(i), chain_}, step.elements);
    }

    void make(const graph::Softmax& softmax, const Step& step, std::size_t i) {
        launch(SoftmaxBody{lists_of(softmax.lists), in(step), out(i), chain_},
               softmax.lists.begins.size() - 1);
    }

    // Inputs lie anywhere among a row's values: `index` counts from the first of these.
    void make(const graph::Concat&, const Step& step, std::size_t i) {
        std::vector<std::int32_t> index;
        for (std::size_t k = 0; k < step.inputs.size(); ++k) {
            for (std::size_t e = 0; e < size_in(step, k); ++e)
                index.push_back(static_cast<std::int32_t>(in(step, k) + e));
        }
        launch(GatherBody{tables_.add(index), 0, out(i), chain_}, step.elements);
    }

    void make(const graph::Interleave& interleave, const Step& step, std::size_t i) {
        std::vector<std::int32_t> index(step.elements);
        const std::int32_t* to = interleave.index.data();
        for (std::size_t k = 0; k < step.inputs.size(); ++k) {
            for (std::size_t e = 0; e < size_in(step, k); ++e)
                index[static_cast<std::size_t>(*to++)] = static_cast<std::int32_t>(in(step, k) + e);
        }
        launch(GatherBody{tables_.add(index), 0, out(i), chain_}, step.elements);
    }

    void make(const graph::Move& move, const Step& step, std::size_t i) {
        const auto cells = [](std::int64_t count) { return static_cast<std::int32_t>(count); };
        MoveBody body;
        body.from_x = cells(move.from[1]);
        body.from_y = cells(move.from[2]);
        body.to_x = cells(step.cost.shape[1]);
        body.to_y = cells(step.cost.shape[2]);
        body.low_x = cells(move.low[0]);
        body.low_y = cells(move.low[1]);
        body.in = in(step);
        body.by = in(step, 1);
        body.out = out(i);
        body.after = chain_;
        launch(body, step.elements);
    }

    void make(const kernels::SplineSample& sample, const Step& step, std::size_t i) {
        SplineBody body;
        body.parameters = in(step, 0);
        body.uniform = in(step, 1);
        body.out = out(i);
        body.elements = number(step.elements);
        body.knot_count = number(sample.knots.size());
        body.bend_count = number(sample.from.size());
        body.zeros = sample.zeros;
        body.shift = sample.shift;
        body.least_log_slope = sample.least_log_slope;
        body.largest_log_slope = sample.largest_log_slope;
        body.largest_log = sample.largest_log;
        body.knots = tables_.add(sample.knots);
        body.to_zero = tables_.add(sample.to_zero);
        body.from = tables_.add(sample.from);
        body.bends = tables_.add(sample.bends);
        body.after = chain_;
        launch(body, step.elements);
    }

    void make(const graph::Choose& choose, const Step& step, std::size_t i) {
        launch(ChooseBody{in(step, 0), in(step, 1), out(i), number(step.elements),
                          number(static_cast<std::size_t>(choose.choices)), choose.shared, chain_},
               step.elements);
    }

    void make(const graph::Lookup&, const Step& step, std::size_t i) {
        launch(LookupBody{in(step, 0), in(step, 1), out(i), number(size_in(step, 0)), chain_}, step.elements);
    }

    void make(const graph::Scatter&, const Step& step, std::size_t i) {
        if (step.inputs.size() > 2)
            launch(CopyBody{in(step, 2), out(i), {}}, step.elements);
        else
            launch(GatherBody{tables_.add(std::vector<std::int32_t>(step.elements, -1)), 0, out(i), {}},
                   step.elements);
        launch(ScatterBody{in(step, 0), in(step, 1), out(i), number(size_in(step, 0)), number(step.elements)},
               1);
        launch(CopyBody{out(i), out(i), chain_}, step.elements);
    }

    // An input of one element is spread over the other.
    PairTables pairs_of(const graph::Pairs& pairs, const Step& step) {
        PairTables out;
        out.a = in(step, 0);
        out.b = in(step, 1);
        out.listed = !pairs.first.empty();
        if (out.listed) {
            out.first = tables_.add(pairs.first);
            out.second = tables_.add(pairs.second);
        } else {
            out.step_a = size_in(step, 0) == step.elements ? 1 : 0;
            out.step_b = size_in(step, 1) == step.elements ? 1 : 0;
        }
        return out;
    }

    void make(const graph::Add& add, const Step& step, std::size_t i) {
        launch(AddBody{pairs_of(add.pairs, step), out(i), chain_}, step.elements);
    }

    void make(const graph::Multiply& multiply, const Step& step, std::size_t i) {
        launch(MultiplyBody{pairs_of(multiply.pairs, step), out(i), chain_}, step.elements);
    }

    void make(const graph::SumOfProducts& sum, const Step& step, std::size_t i) {
        launch(
            SumOfProductsBody{pairs_of(sum.pairs, step), tables_.add(sum.begins), sum.scale, out(i), chain_},
            step.elements);
    }

    void make(const graph::Pointwise&, const Step& step, std::size_t i) {
        launch(CopyBody{in(step), out(i), chain_}, step.elements);
    }

    // Small launches that follow each other become one.
    void put_together() {
        const std::vector<Launch> launches = std::move(program_.launches);
        const std::vector<Touched> touched = std::move(touched_);
        program_.launches = {};
        touched_ = {};
        for (std::size_t i = 0; i < launches.size();) {
            std::size_t end = i;
            while (end < launches.size() && is_small(launches[end])) ++end;
            if (end - i < 2) {
                program_.launches.push_back(launches[i]);
                touched_.push_back(touched[i++]);
                continue;
            }
            std::vector<SequenceStep> steps;
            Touched all{{}, {}, touched[i].step};
            for (; i < end; ++i) {
                steps.push_back(sequence_step(launches[i]));
                all.read.insert(all.read.end(), touched[i].read.begin(), touched[i].read.end());
                all.written.insert(all.written.end(), touched[i].written.begin(), touched[i].written.end());
            }
            program_.launches.push_back({SequenceWork{tables_.add(steps), number(steps.size())}, 1});
            touched_.push_back(std::move(all));
        }
    }

    static bool is_small(const Launch& launch) {
        return std::holds_alternative<SmallWork>(launch.work) && launch.items <= sequence_items;
    }

    SequenceStep sequence_step(const Launch& launch) {
        const auto& small = std::get<SmallWork>(launch.work);
        const Table<std::byte> body = std::visit(
            [&](const auto& work) { return tables_.add(std::as_bytes(std::span(&work, 1))); }, small);
        return {number(small.index()), launch.items, body};
    }

    const cpu::CompiledNetwork& network_;
    const std::vector<Step>& steps_;
    std::vector<std::vector<std::int32_t>> paddings_;
    std::vector<StepPlace> places_;
    std::vector<std::size_t> inputs_before_;
    std::vector<Touched> touched_;  ///< by launch
    Tables tables_;
    Chain chain_;              ///< of the step that is being made
    std::size_t current_ = 0;  ///< its number
    Program program_;
};

}  // namespace

Program make_program(const cpu::CompiledNetwork& network) {
    return Maker(network).made();
}

}  // namespace caloforge::engine::cuda
