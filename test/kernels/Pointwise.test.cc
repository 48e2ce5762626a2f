#include "kernels/Pointwise.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/Random.hh"
#include "kernels/InstructionSet.hh"

namespace caloforge::kernels::test {
namespace {

/// Every function against the formula of its header, on every instruction set and for sizes that fill no
/// register.
class PointwiseTest : public ::testing::TestWithParam<std::size_t> {
  protected:
    PointwiseTest() : in_(cells_), gradient_(cells_), words_(cells_), kept_(bit_words(cells_)) {
        core::RandomStream(5, 0, 0).normal(in_);
        core::RandomStream(5, 1, 0).normal(gradient_);
        std::vector<std::uint32_t> random(cells_);
        core::RandomStream(5, 2, 0).bits(random);
        for (std::size_t i = 0; i < cells_; ++i) words_[i] = static_cast<std::uint16_t>(random[i]);
        bits_not_below(words_, limit, kept_.data());
    }
    ~PointwiseTest() override { use_instruction_set(instruction_sets().front()); }

    bool bit(const std::vector<std::uint16_t>& bits, std::size_t i) const {
        return bits[i / 16] >> (i % 16) & 1;
    }
    float dropped(float x, std::size_t i) const { return words_[i] >= limit ? 1.25F * x : 0; }

    static constexpr std::uint16_t limit = 20000;
    std::size_t cells_ = GetParam();
    std::vector<float> in_, gradient_;
    std::vector<std::uint16_t> words_, kept_;
};

TEST_P(PointwiseTest, BiasLeakyReluDropoutAndGradient) {
    for (const auto& set : instruction_sets()) {
        use_instruction_set(set);
        std::vector<float> out(cells_ + 1, -7), back(cells_);
        std::vector<std::uint16_t> positive(bit_words(cells_), 0xFFFF);
        bias_leaky_drop(in_, 0.1F, 0.3F, {kept_, 1.25F}, positive, out.data());
        bias_leaky_drop_gradient(gradient_, 0.3F, positive, {kept_, 1.25F}, back.data());
        for (std::size_t i = 0; i < cells_; ++i) {
            const float x = in_[i] + 0.1F;
            EXPECT_EQ(bit(positive, i), x > 0);
            EXPECT_FLOAT_EQ(out[i], dropped(x > 0 ? x : 0.3F * x, i));
            EXPECT_FLOAT_EQ(back[i], dropped(gradient_[i], i) * (x > 0 ? 1.0F : 0.3F));
        }
        EXPECT_EQ(out[cells_], -7);  // nothing is written behind the cells
        bias_leaky_drop(in_, 0.5F, 1, {}, {}, out.data());
        for (std::size_t i = 0; i < cells_; ++i) EXPECT_FLOAT_EQ(out[i], in_[i] + 0.5F);
    }
}

TEST_P(PointwiseTest, NormalisationAndGradient) {
    for (const auto& set : instruction_sets()) {
        use_instruction_set(set);
        double sum = 0, squares = 0, of_gradient = 0, products = 0;
        std::vector<float> out(cells_), back(cells_);
        scale_drop(in_, 2, -1, {kept_, 1.25F}, out.data());
        scale_drop_gradient(gradient_, {kept_, 1.25F}, in_, 0.5F, -2, 3, back.data());
        for (std::size_t i = 0; i < cells_; ++i) {
            const float g = dropped(gradient_[i], i);
            EXPECT_NEAR(out[i], dropped(2 * in_[i] - 1, i), 1e-6);
            EXPECT_NEAR(back[i], 0.5F * g - 2 * in_[i] + 3, 1e-5);
            sum += in_[i];
            squares += double(in_[i]) * in_[i];
            of_gradient += g;
            products += double(g) * in_[i];
        }
        const double allowed = 1e-6 * std::sqrt(static_cast<double>(cells_)) + 1e-6;
        EXPECT_NEAR(sums(in_)[0], sum, allowed);
        EXPECT_NEAR(sums(in_)[1], squares, 10 * allowed);
        EXPECT_NEAR(gradient_sums(gradient_, {kept_, 1.25F}, in_)[0], of_gradient, 2 * allowed);
        EXPECT_NEAR(gradient_sums(gradient_, {kept_, 1.25F}, in_)[1], products, 10 * allowed);
    }
}

INSTANTIATE_TEST_SUITE_P(Cells, PointwiseTest, ::testing::Values(1, 15, 16, 17, 100, 1000, 15625));

}  // namespace
}  // namespace caloforge::kernels::test
