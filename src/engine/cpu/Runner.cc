#include "engine/cpu/Runner.hh"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/Random.hh"
#include "graph/Move.hh"
#include "kernels/Choose.hh"
#include "kernels/Elementwise.hh"

namespace caloforge::engine::cpu {
namespace {

// A run of steps on `n` lanes (16 or 1); element e of lane l is at e * n + l.
template <std::size_t n>
class Runner {
  public:
    Runner(const std::vector<Step>& steps, const RunMemory& memory, const Rows& rows)
        : steps_(steps), memory_(memory), rows_(rows) {}

    void run() {
        for (const Step& step : steps_) {
            float* out = at(step);
            std::visit([&](const auto& work) { make(work, step, out); }, step.work);
            for (const AppliedFunction& one : step.after) apply(one, out, step.elements * n);
        }
    }

  private:
    static const Step::Place& place(const Step& step) { return n == 1 ? step.alone : step.together; }
    float* at(const Step& step) const { return memory_.values + place(step).output; }
    float* scratch(const Step& step) const { return memory_.values + place(step).scratch; }
    const float* in(const Step& step, std::size_t which = 0) const { return at(steps_[step.inputs[which]]); }
    std::size_t size_in(const Step& step, std::size_t which) const {
        return steps_[step.inputs[which]].elements;
    }
    // Lanes without a row repeat the last: what they make is dropped.
    std::size_t row_of(std::size_t lane) const { return std::min(lane, rows_.keys.size() - 1); }

    static void apply(const AppliedFunction& one, float* data, std::size_t count) {
        const std::size_t part = count / one.channels, each = one.parameters.size() / one.channels;
        for (std::size_t c = 0; c < one.channels; ++c)
            one.function(data + c * part, part, one.parameters.data() + c * each);
    }

    void make(const graph::Input& input, const Step& step, float* out) const {
        const std::span<const float> values = rows_.inputs[input.port];
        for (std::size_t l = 0; l < n; ++l) {
            const float* row = values.data() + row_of(l) * step.elements;
            for (std::size_t e = 0; e < step.elements; ++e) out[e * n + l] = row[e];
        }
    }

    void make(const graph::Constant& constant, const Step& step, float* out) const {
        for (std::size_t e = 0; e < step.elements; ++e) std::fill_n(out + e * n, n, constant.values[e]);
    }

    void make(const graph::Random& random, const Step& step, float* out) const {
        for (std::size_t l = 0; l < n; ++l) {
            const sample::Key& key = rows_.keys[row_of(l)];
            const std::span<float> values(memory_.noise, step.elements);
            random.noise.fill(core::RandomStream(key.seed, key.number, random.stream), values);
            for (std::size_t e = 0; e < step.elements; ++e) out[e * n + l] = values[e];
        }
    }

    void make(const kernels::BlockedDense& dense, const Step& step, float* out) const {
        if constexpr (n == 1)
            kernels::run_cells(dense, in(step), out);
        else
            kernels::run_lanes(dense, in(step), out);
    }

    void make(const ConvolutionStep& work, const Step& step, float* out) const {
        PhasedConvolution::Finish finish;
        if (work.image_addend > 0) finish.image = in(step, work.image_addend);
        if (work.channel_addend > 0) finish.channel = in(step, work.channel_addend);
        finish.activate = work.activate;
        finish.slope = work.slope;
        if constexpr (n == 1)
            work.convolution.run_cells(in(step), finish, out, scratch(step));
        else
            work.convolution.run_lanes(in(step), finish, out, scratch(step));
    }

    void make(const graph::Gather& gather, const Step& step, float* out) const {
        const float* from = in(step);
        for (const std::int32_t element : gather.index) {
            if (element < 0)
                std::fill_n(out, n, 0.0F);
            else
                std::copy_n(from + static_cast<std::size_t>(element) * n, n, out);
            out += n;
        }
    }

    // Calls work(list) for every list, in order.
    template <class Work>
    static void for_lists(const graph::Lists& lists, const Work& work) {
        for (std::size_t i = 0; i + 1 < lists.begins.size(); ++i) {
            const auto begin = static_cast<std::size_t>(lists.begins[i]);
            const auto end = static_cast<std::size_t>(lists.begins[i + 1]);
            work(std::span(lists.elements).subspan(begin, end - begin));
        }
    }

    void make(const graph::Sum& sum, const Step& step, float* out) const {
        kernels::sum(in(step), sum.lists.elements, sum.lists.begins, sum.scale, n > 1, out);
    }

    void make(const graph::SumOfProducts& sum, const Step& step, float* out) const {
        kernels::sum_of_products(pairs_of(sum.pairs, step), sum.begins, sum.scale, n > 1, out);
    }

    void make(const graph::Max& max, const Step& step, float* out) const {
        const float* from = in(step);
        for_lists(max.lists, [&](std::span<const std::int32_t> list) {
            std::copy_n(from + static_cast<std::size_t>(list[0]) * n, n, out);
            for (const std::int32_t element : list) {
                const float* source = from + static_cast<std::size_t>(element) * n;
                for (std::size_t l = 0; l < n; ++l) {
                    if (source[l] > out[l] || std::isnan(source[l])) out[l] = source[l];
                }
            }
            out += n;
        });
    }

    void make(const graph::Softmax& softmax, const Step& step, float* out) const {
        const float* from = in(step);
        for_lists(softmax.lists, [&](std::span<const std::int32_t> list) {
            for (std::size_t l = 0; l < n; ++l) {
                const auto at = [&](std::int32_t element) {
                    return static_cast<std::size_t>(element) * n + l;
                };
                float largest = from[at(list[0])], sum = 0;
                for (const std::int32_t element : list) largest = std::max(largest, from[at(element)]);
                for (const std::int32_t element : list)
                    sum += out[at(element)] = std::exp(from[at(element)] - largest);
                for (const std::int32_t element : list) out[at(element)] /= sum;
            }
        });
    }

    void make(const graph::Concat&, const Step& step, float* out) const {
        for (std::size_t i = 0; i < step.inputs.size(); ++i)
            out = std::copy_n(in(step, i), size_in(step, i) * n, out);
    }

    void make(const graph::Interleave& interleave, const Step& step, float* out) const {
        const std::int32_t* to = interleave.index.data();
        for (std::size_t i = 0; i < step.inputs.size(); ++i) {
            const float* from = in(step, i);
            for (std::size_t e = 0; e < size_in(step, i); ++e, from += n)
                std::copy_n(from, n, out + static_cast<std::size_t>(*to++) * n);
        }
    }

    void make(const graph::Move& move, const Step& step, float* out) const {
        std::array<std::array<std::int64_t, n>, 2> by;
        for (std::size_t axis = 0; axis < by.size(); ++axis) {
            for (std::size_t l = 0; l < n; ++l)
                by[axis][l] = move.low[axis] + graph::whole_cells(in(step, 1)[axis * n + l]);
        }
        const auto to_x = step.cost.shape[1], to_y = step.cost.shape[2];
        std::fill_n(out, step.elements * n, 0.0F);
        const bool together = std::ranges::all_of(by, [](const auto& lanes) {
            return std::ranges::all_of(lanes, [&](auto one) { return one == lanes[0]; });
        });
        for (std::int64_t c = 0; c < move.from[0]; ++c) {
            for (std::size_t l = 0; l < (together ? 1 : n); ++l) {
                const auto [begin, end] = graph::overlap(move.from[2], by[1][l], to_y);
                const auto [first, last] = graph::overlap(move.from[1], by[0][l], to_x);
                if (begin == end) continue;
                for (std::int64_t i = first; i < last; ++i) {
                    const float* row =
                        in(step) + ((c * move.from[1] + i - by[0][l]) * move.from[2] + begin - by[1][l]) *
                                       static_cast<std::int64_t>(n);
                    float* cells = out + ((c * to_x + i) * to_y + begin) * static_cast<std::int64_t>(n);
                    if (together) {
                        std::copy_n(row, (end - begin) * static_cast<std::int64_t>(n), cells);
                        continue;
                    }
                    for (std::size_t j = 0; j < static_cast<std::size_t>(end - begin); ++j)
                        cells[j * n + l] = row[j * n + l];
                }
            }
        }
    }

    void make(const kernels::SplineSample& sample, const Step& step, float* out) const {
        kernels::run(sample, in(step, 0), in(step, 1), step.elements * n, out);
    }

    void make(const graph::Choose& choose, const Step& step, float* out) const {
        const auto choices = static_cast<std::size_t>(choose.choices);
        if (choose.shared)
            kernels::choose_often(in(step, 0), in(step, 1), choices, n, step.elements, out);
        else
            kernels::choose(in(step, 0), in(step, 1), choices, step.elements * n, out);
    }

    void make(const graph::Lookup&, const Step& step, float* out) const {
        const float *table = in(step, 0), *index = in(step, 1);
        const std::size_t count = size_in(step, 0);
        for (std::size_t i = 0; i < step.elements * n; ++i) {
            const std::int64_t from = graph::named_element(index[i], count);
            out[i] = from < 0 ? 0.0F : table[static_cast<std::size_t>(from) * n + i % n];
        }
    }

    void make(const graph::Scatter&, const Step& step, float* out) const {
        if (step.inputs.size() > 2)
            std::copy_n(in(step, 2), step.elements * n, out);
        else
            std::fill_n(out, step.elements * n, 0.0F);
        const float *values = in(step, 0), *index = in(step, 1);
        for (std::size_t i = 0; i < size_in(step, 0) * n; ++i) {
            const std::int64_t to = graph::named_element(index[i], step.elements);
            if (to >= 0) out[static_cast<std::size_t>(to) * n + i % n] += values[i];
        }
    }

    void make(const graph::Add& add, const Step& step, float* out) const {
        kernels::add(pairs_of(add.pairs, step), step.elements, n > 1, out);
    }

    void make(const graph::Multiply& multiply, const Step& step, float* out) const {
        kernels::multiply(pairs_of(multiply.pairs, step), step.elements, n > 1, out);
    }

    void make(const graph::Pointwise&, const Step& step, float* out) const {
        std::copy_n(in(step), step.elements * n, out);
    }

    // An input of one element is spread over the other.
    kernels::ElementPairs pairs_of(const graph::Pairs& pairs, const Step& step) const {
        kernels::ElementPairs out{in(step, 0), in(step, 1)};
        if (!pairs.first.empty()) {
            out.first = pairs.first.data();
            out.second = pairs.second.data();
        } else {
            out.step_a = size_in(step, 0) == step.elements ? 1 : 0;
            out.step_b = size_in(step, 1) == step.elements ? 1 : 0;
        }
        return out;
    }

    const std::vector<Step>& steps_;
    const RunMemory& memory_;
    const Rows& rows_;
};

}  // namespace

void run_lanes(const std::vector<Step>& steps, const RunMemory& memory, const Rows& rows) {
    Runner<kernels::lanes>(steps, memory, rows).run();
}

void run_one(const std::vector<Step>& steps, const RunMemory& memory, const Rows& rows) {
    Runner<1>(steps, memory, rows).run();
}

}  // namespace caloforge::engine::cpu
