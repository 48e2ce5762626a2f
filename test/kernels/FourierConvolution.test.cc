#include "kernels/FourierConvolution.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/Random.hh"
#include "kernels/InstructionSet.hh"

namespace caloforge::kernels::test {
namespace {

using Floats = std::vector<float>;

/// The sums of ConvolutionShape and their gradients, as written, in double precision.
struct Plain {
    ConvolutionShape shape;
    std::size_t samples;
    std::vector<double> out, input_gradient, weight_gradient;

    Plain(const ConvolutionShape& s, std::size_t n, const Floats& in, const Floats& weights,
          const Floats& gradient)
        : shape(s), samples(n) {
        const auto volume = [](const std::array<std::size_t, 3>& e) { return e[0] * e[1] * e[2]; };
        out.resize(n * s.filters * volume(s.output));
        input_gradient.resize(in.size());
        weight_gradient.resize(weights.size());
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t f = 0; f < s.filters; ++f)
                for (std::size_t c = 0; c < s.channels; ++c)
                    pair((i * s.channels + c) * volume(s.input), (i * s.filters + f) * volume(s.output),
                         (f * s.channels + c) * volume(s.kernel), in, weights, gradient);
    }

    void pair(std::size_t in_first, std::size_t out_first, std::size_t weight_first, const Floats& in,
              const Floats& weights, const Floats& gradient) {
        const ConvolutionShape& s = shape;
        std::array<std::size_t, 3> o{}, t{};
        for (o[0] = 0; o[0] < s.output[0]; ++o[0])
            for (o[1] = 0; o[1] < s.output[1]; ++o[1])
                for (o[2] = 0; o[2] < s.output[2]; ++o[2])
                    for (t[0] = 0; t[0] < s.kernel[0]; ++t[0])
                        for (t[1] = 0; t[1] < s.kernel[1]; ++t[1])
                            for (t[2] = 0; t[2] < s.kernel[2]; ++t[2]) {
                                std::size_t from = 0, to = 0, tap = 0;
                                bool inside = true;
                                for (std::size_t a = 0; a < 3; ++a) {
                                    inside = inside && o[a] + t[a] >= s.low[a] &&
                                             o[a] + t[a] - s.low[a] < s.input[a];
                                    from = from * s.input[a] + o[a] + t[a] - s.low[a];
                                    to = to * s.output[a] + o[a];
                                    tap = tap * s.kernel[a] + t[a];
                                }
                                if (!inside) continue;
                                out[out_first + to] +=
                                    double(in[in_first + from]) * weights[weight_first + tap];
                                input_gradient[in_first + from] +=
                                    double(gradient[out_first + to]) * weights[weight_first + tap];
                                weight_gradient[weight_first + tap] +=
                                    double(gradient[out_first + to]) * in[in_first + from];
                            }
    }
};

Floats random_floats(std::size_t count, std::uint64_t stream) {
    Floats out(count);
    core::RandomStream(7, stream, 0).normal(out);
    return out;
}

/// Largest difference in units of the largest number.
double difference(const Floats& a, const std::vector<double>& b) {
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        worst = std::max(worst, std::abs(a[i] - b[i]));
        largest = std::max(largest, std::abs(b[i]));
    }
    return worst / largest;
}

struct Case {
    const char* name;
    ConvolutionShape shape;
};

class FourierConvolutionTest : public ::testing::TestWithParam<Case> {};

TEST_P(FourierConvolutionTest, AgreesWithTheSumsAndTheirGradients) {
    const ConvolutionShape& s = GetParam().shape;
    constexpr std::size_t samples = 5;  // not a whole number of tiles
    ASSERT_TRUE(FourierConvolution::fits(s));
    const FourierConvolution fourier(s);
    const std::size_t ins = samples * s.channels, outs = samples * s.filters, pairs = s.channels * s.filters;
    const Floats in = random_floats(ins * fourier.input().elements(), 0);
    const Floats weights = random_floats(pairs * fourier.weights().elements(), 1);
    const Floats gradient = random_floats(outs * fourier.output().elements(), 2);
    const Plain plain(s, samples, in, weights, gradient);

    for (const std::string& set : instruction_sets()) {
        use_instruction_set(set);
        const auto size = [&](std::size_t items) { return fourier.rows() * fourier.stride(items); };
        Floats in_spectra(size(ins)), weight_spectra(size(pairs)), out_spectra(size(outs));
        to_spectra(fourier.input(), in.data(), ins, {0, ins}, in_spectra.data());
        to_spectra(fourier.weights(), weights.data(), pairs, {0, pairs}, weight_spectra.data());
        const std::size_t middle = fourier.rows() / 3;  // in two parts
        for (const auto part : {FourierConvolution::Part{0, middle}, {middle, fourier.rows()}})
            fourier.outputs(in_spectra.data(), weight_spectra.data(), samples, part, out_spectra.data());
        Floats out(gradient.size());
        from_spectra(fourier.output(), out_spectra.data(), outs, {0, outs}, out.data());
        EXPECT_LT(difference(out, plain.out), 2e-6) << set;

        Floats gradient_spectra(size(outs)), input_gradient(in.size()), weight_gradient(weights.size());
        to_spectra(fourier.output(), gradient.data(), outs, {0, outs}, gradient_spectra.data());
        Floats spectra(size(ins));
        fourier.input_gradients(gradient_spectra.data(), weight_spectra.data(), samples, {0, fourier.rows()},
                                spectra.data());
        from_spectra(fourier.input(), spectra.data(), ins, {0, ins}, input_gradient.data());
        EXPECT_LT(difference(input_gradient, plain.input_gradient), 2e-6) << set;

        spectra.assign(size(pairs), 0);
        fourier.weight_gradients(gradient_spectra.data(), in_spectra.data(), samples, {0, fourier.rows()},
                                 spectra.data());
        from_spectra(fourier.weights(), spectra.data(), pairs, {0, pairs}, weight_gradient.data());
        EXPECT_LT(difference(weight_gradient, plain.weight_gradient), 2e-6) << set;
    }
    use_instruction_set(instruction_sets().front());
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, FourierConvolutionTest,
    ::testing::Values(Case{"same_5", {2, 3, {9, 8, 11}, {9, 8, 11}, {5, 5, 5}, {2, 2, 2}}},
                      Case{"uneven_same", {3, 7, {7, 7, 8}, {7, 7, 8}, {6, 6, 8}, {2, 2, 3}}},
                      Case{"valid", {4, 6, {12, 10, 33}, {7, 6, 26}, {6, 5, 8}, {0, 0, 0}}},
                      Case{"padded_less", {8, 1, {7, 6, 25}, {5, 4, 23}, {5, 5, 5}, {1, 1, 1}}},
                      Case{"small_kernel", {1, 2, {5, 4, 3}, {4, 3, 2}, {2, 2, 2}, {0, 0, 0}}},
                      Case{"padded_more_than_needed", {1, 1, {4, 5, 6}, {8, 9, 12}, {3, 3, 3}, {3, 3, 4}}},
                      Case{"long", {1, 1, {1, 2, 120}, {1, 2, 118}, {1, 1, 3}, {0, 0, 0}}},
                      Case{"one_cell", {2, 2, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}}}),
    [](const auto& instance) { return instance.param.name; });

TEST(FourierConvolution, RefusesAxesThatAreTooLong) {
    EXPECT_FALSE(FourierConvolution::fits({1, 1, {4, 4, 200}, {4, 4, 200}, {1, 1, 3}, {0, 0, 1}}));
}

}  // namespace
}  // namespace caloforge::kernels::test
