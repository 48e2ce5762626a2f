#include "engine/Runner.hh"

#include <algorithm>
#include <cmath>

#include "core/Random.hh"
#include "kernels/Functions.hh"

namespace caloforge::engine {
namespace {

using Kind = Operation::Kind;
using Function = Pointwise::Function;

void apply(const Pointwise& one, const network::Shape& shape, float* data, std::size_t count) {
    switch (one.function) {
        case Function::affine: {
            const std::size_t channels = one.gain.size() > 1 ? static_cast<std::size_t>(shape[0]) : 1;
            const std::size_t part = count / channels;
            for (std::size_t c = 0; c < channels; ++c)
                kernels::affine(data + c * part, part, one.gain[c], one.shift[c]);
            break;
        }
        case Function::leaky_relu:
            kernels::leaky_relu(data, count, one.parameter);
            break;
        case Function::threshold:
            kernels::threshold(data, count, one.parameter);
            break;
        case Function::power:
            kernels::power(data, count, one.parameter);
            break;
        case Function::sigmoid:
            kernels::sigmoid(data, count);
            break;
        case Function::softplus:
            kernels::softplus(data, count);
            break;
        case Function::silu:
            kernels::silu(data, count);
            break;
        case Function::exp:
            kernels::exp(data, count);
            break;
        case Function::log:
            kernels::log(data, count);
            break;
    }
}

// A run of operations on `n` lanes (16 or 1); element e of lane l is at e * n + l.
template <std::size_t n>
class Runner {
  public:
    Runner(const std::vector<Compiled>& steps, const RunMemory& memory) : steps_(steps), memory_(memory) {}

    // The output of the last operation.
    const float* run(std::uint64_t seed, std::uint64_t first, const Conditions& conditions) {
        seed_ = seed;
        first_ = first;
        conditions_ = conditions;
        for (const Compiled& step : steps_) {
            float* out = at(step);
            make(step, out);
            for (std::size_t i = step.done_after; i < step.operation.after.size(); ++i)
                apply(step.operation.after[i], step.operation.shape, out, step.elements * n);
        }
        return at(steps_.back());
    }

  private:
    static const Compiled::Place& place(const Compiled& step) { return n == 1 ? step.alone : step.together; }
    float* at(const Compiled& step) const { return memory_.values + place(step).output; }
    float* scratch(const Compiled& step) const { return memory_.values + place(step).scratch; }
    const float* in(const Compiled& step, std::size_t which = 0) const {
        return at(steps_[step.operation.inputs[which]]);
    }
    std::size_t size_in(const Compiled& step, std::size_t which) const {
        return steps_[step.operation.inputs[which]].elements;
    }

    void make(const Compiled& step, float* out) {
        const Operation& operation = step.operation;
        switch (operation.kind) {
            case Kind::input:
                for (std::size_t l = 0; l < n; ++l) {
                    const std::size_t shower = std::min(l, conditions_.incident.size() - 1);
                    if (operation.condition == Condition::energy) {
                        out[l] = conditions_.incident[shower];
                    } else {
                        out[l] = conditions_.impact[2 * shower];
                        out[n + l] = conditions_.impact[2 * shower + 1];
                    }
                }
                break;
            case Kind::constant:
                for (std::size_t e = 0; e < step.elements; ++e)
                    std::fill_n(out + e * n, n, operation.bias[e]);
                break;
            case Kind::random:
                make_noise(step, out);
                break;
            case Kind::dense:
                if constexpr (n == 1)
                    kernels::run_cells(*step.dense, in(step), out);
                else
                    kernels::run_lanes(*step.dense, in(step), out);
                break;
            case Kind::convolution:
                if constexpr (n == 1)
                    step.convolution->run_cells(in(step), finish(step), out, scratch(step));
                else
                    step.convolution->run_lanes(in(step), finish(step), out, scratch(step));
                break;
            case Kind::upsample:
            case Kind::pad:
            case Kind::gather:
                gather(operation.index, in(step), out);
                break;
            case Kind::sum:
                sum(operation, in(step), out);
                break;
            case Kind::softmax:
                softmax(operation, in(step), out);
                break;
            case Kind::concat:
                for (std::size_t i = 0; i < operation.inputs.size(); ++i)
                    out = std::copy_n(in(step, i), size_in(step, i) * n, out);
                break;
            case Kind::interleave: {
                const std::int32_t* to = operation.index.data();
                for (std::size_t i = 0; i < operation.inputs.size(); ++i) {
                    const float* from = in(step, i);
                    for (std::size_t e = 0; e < size_in(step, i); ++e, from += n)
                        std::copy_n(from, n, out + static_cast<std::size_t>(*to++) * n);
                }
                break;
            }
            case Kind::sample:
                kernels::run(operation.spline, in(step, 0), in(step, 1), step.elements * n, out);
                break;
            case Kind::add:
                combine(step, out, [](float a, float b) { return a + b; });
                break;
            case Kind::multiply:
                combine(step, out, [](float a, float b) { return a * b; });
                break;
            case Kind::pointwise:
                std::copy_n(in(step), step.elements * n, out);
                break;
        }
    }

    // What a convolution does besides; the rest of `after` is done by run().
    PhasedConvolution::Finish finish(const Compiled& step) const {
        const Operation& operation = step.operation;
        PhasedConvolution::Finish out;
        if (operation.image_addend > 0) out.image = in(step, operation.image_addend);
        if (operation.channel_addend > 0) out.channel = in(step, operation.channel_addend);
        if (step.done_after > 0) {
            out.activate = true;
            out.slope = operation.after[0].parameter;
        }
        return out;
    }

    void make_noise(const Compiled& step, float* out) {
        for (std::size_t l = 0; l < n; ++l) {
            // Lanes without a shower repeat the last: what they make is dropped.
            const std::uint64_t shower = first_ + std::min<std::uint64_t>(l, conditions_.incident.size() - 1);
            const core::RandomStream random(seed_, shower, step.operation.stream);
            const std::span<float> values(memory_.noise, step.elements);
            step.operation.noise.fill(random, values);
            for (std::size_t e = 0; e < step.elements; ++e) out[e * n + l] = values[e];
        }
    }

    static void gather(const std::vector<std::int32_t>& index, const float* from, float* out) {
        for (const std::int32_t element : index) {
            if (element < 0)
                std::fill_n(out, n, 0.0F);
            else
                std::copy_n(from + static_cast<std::size_t>(element) * n, n, out);
            out += n;
        }
    }

    static void sum(const Operation& operation, const float* from, float* out) {
        for (std::size_t i = 0; i + 1 < operation.begins.size(); ++i, out += n) {
            std::fill_n(out, n, 0.0F);
            for (std::int32_t k = operation.begins[i]; k < operation.begins[i + 1]; ++k) {
                const float* source =
                    from + static_cast<std::size_t>(operation.index[static_cast<std::size_t>(k)]) * n;
                for (std::size_t l = 0; l < n; ++l) out[l] += source[l];
            }
            for (std::size_t l = 0; l < n; ++l) out[l] *= operation.scale;
        }
    }

    static void softmax(const Operation& operation, const float* from, float* out) {
        for (std::size_t i = 0; i + 1 < operation.begins.size(); ++i) {
            const auto list =
                std::span(operation.index)
                    .subspan(static_cast<std::size_t>(operation.begins[i]),
                             static_cast<std::size_t>(operation.begins[i + 1] - operation.begins[i]));
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
        }
    }

    // An input of one element is spread over the other.
    template <class Combine>
    void combine(const Compiled& step, float* out, Combine function) const {
        const float *a = in(step, 0), *b = in(step, 1);
        const Operation& operation = step.operation;
        if (!operation.index.empty()) {
            for (std::size_t e = 0; e < step.elements; ++e) {
                const float* left = a + static_cast<std::size_t>(operation.index[e]) * n;
                const float* right = b + static_cast<std::size_t>(operation.begins[e]) * n;
                for (std::size_t l = 0; l < n; ++l) out[e * n + l] = function(left[l], right[l]);
            }
            return;
        }
        const std::size_t step_a = size_in(step, 0) == step.elements ? n : 0;
        const std::size_t step_b = size_in(step, 1) == step.elements ? n : 0;
        for (std::size_t e = 0; e < step.elements; ++e) {
            for (std::size_t l = 0; l < n; ++l)
                out[e * n + l] = function(a[e * step_a + l], b[e * step_b + l]);
        }
    }

    const std::vector<Compiled>& steps_;
    RunMemory memory_;
    std::uint64_t seed_ = 0;
    std::uint64_t first_ = 0;
    Conditions conditions_;
};

}  // namespace

const float* run_lanes(const std::vector<Compiled>& steps, const RunMemory& memory, std::uint64_t seed,
                       std::uint64_t first, const Conditions& conditions) {
    return Runner<kernels::lanes>(steps, memory).run(seed, first, conditions);
}

const float* run_one(const std::vector<Compiled>& steps, const RunMemory& memory, std::uint64_t seed,
                     std::uint64_t first, const Conditions& conditions) {
    return Runner<1>(steps, memory).run(seed, first, conditions);
}

}  // namespace caloforge::engine
