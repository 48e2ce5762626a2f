#include "core/Random.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <vector>

namespace caloforge::core {
namespace {

using testing::ElementsAre;

/// Known answers of Philox4x32-10 from the kat_vectors of Random123 (Salmon et al., SC'11). The third one of
/// that file, counter and key all ones, is out of reach: an element index ends at 2^32.
TEST(Random, KnownAnswerOfZero) {
    std::array<std::uint32_t, 4> words{};
    RandomStream(0, 0, 0).bits(words);
    EXPECT_THAT(words, ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
}

TEST(Random, KnownAnswerOfPi) {
    // counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0
    constexpr std::uint64_t seed = 0x299f31d0a4093822;
    constexpr std::uint64_t shower = 0x0370734413198a2e;
    constexpr std::uint32_t stream = 0x85a308d3;
    constexpr std::uint32_t element = 4 * 0x243f6a88U;
    std::array<std::uint32_t, 4> words{};
    RandomStream(seed, shower, stream).bits(words, element);
    EXPECT_THAT(words, ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

/// The transforms are part of what makes a shower reproducible. Computed from the words of KnownAnswerOfZero
/// with Python's math module.
TEST(Random, TransformsArePinned) {
    std::array<float, 4> normal{};
    RandomStream(0, 0, 0).normal(normal);
    EXPECT_FLOAT_EQ(normal[0], 0.99113768F);
    EXPECT_FLOAT_EQ(normal[1], -0.924662588F);
    EXPECT_FLOAT_EQ(normal[2], -0.617608959F);
    EXPECT_FLOAT_EQ(normal[3], -0.482068587F);

    std::array<float, 4> uniform{};
    RandomStream(0, 0, 0).uniform(uniform);
    EXPECT_NEAR(uniform[0], 0.3990464707603678, 1e-7);
    EXPECT_NEAR(uniform[3], 0.6054818538250402, 1e-7);
    EXPECT_NEAR(RandomStream(0, 0, 0).uniform_at(0), 0.3990464707603678, 1e-15);
    EXPECT_NEAR(RandomStream(0, 0, 0).uniform_at(3), 0.6054818538250402, 1e-15);
}

/// Reads of any length and any start see the same elements.
TEST(Random, ElementsDependOnTheirIndexOnly) {
    const RandomStream stream(7, 1234567890123ULL, 5);
    std::vector<std::uint32_t> whole(1003);
    stream.bits(whole);
    for (const std::uint32_t first : {0U, 4U, 36U, 1000U}) {
        for (const std::size_t count : {1U, 2U, 3U, 4U, 7U}) {
            if (first + count > whole.size()) continue;
            std::vector<std::uint32_t> part(count);
            stream.bits(part, first);
            EXPECT_EQ(part,
                      std::vector(whole.begin() + first, whole.begin() + static_cast<long>(first + count)));
        }
    }

    std::vector<float> normals(1003);
    stream.normal(normals);
    std::vector<float> uniforms(1003);
    stream.uniform(uniforms);
    for (const std::size_t count : {1U, 2U, 3U, 5U, 200U, 1001U}) {
        std::vector<float> part(count);
        stream.normal(part);
        EXPECT_EQ(part, std::vector(normals.begin(), normals.begin() + static_cast<long>(count)));
        stream.uniform(part);
        EXPECT_EQ(part, std::vector(uniforms.begin(), uniforms.begin() + static_cast<long>(count)));
    }
}

TEST(Random, ShowersGivenInAnyOrderAreTheSame) {
    auto shower = [](std::uint64_t index) {
        std::vector<float> out(200);
        RandomStream(42, index, 0).normal(out);
        return out;
    };
    const auto third = shower(3);
    const auto first = shower(1);
    EXPECT_EQ(shower(1), first);
    EXPECT_EQ(shower(3), third);
    EXPECT_NE(first, third);
}

TEST(Random, SeedShowerAndStreamAllMatter) {
    auto word = [](std::uint64_t seed, std::uint64_t shower, std::uint32_t stream) {
        std::array<std::uint32_t, 1> out{};
        RandomStream(seed, shower, stream).bits(out);
        return out[0];
    };
    constexpr std::uint64_t high_bit = 1ULL << 32;
    const std::vector<std::uint32_t> words = {word(0, 0, 0), word(1, 0, 0),        word(high_bit, 0, 0),
                                              word(0, 1, 0), word(0, high_bit, 0), word(0, 0, 1)};
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) EXPECT_NE(words[i], words[j]) << i << " and " << j;
    }
}

/// In shower 245165 of seed 1, element 2 has all of its top 24 bits set, the largest uniform number there is.
TEST(Random, UniformStaysBelowOne) {
    const RandomStream stream(1, 245165, 0);
    std::array<std::uint32_t, 4> words{};
    stream.bits(words);
    ASSERT_EQ(words[2] >> 8, 0xffffffU);
    std::array<float, 4> uniform{};
    stream.uniform(uniform);
    EXPECT_LT(uniform[2], 1.0F);
    EXPECT_GT(uniform[2], 0.9999F);
}

struct Moments {
    double mean = 0;
    double variance = 0;
    double kurtosis = 0;
    double neighbours = 0;  ///< correlation of elements 2k and 2k + 1, which one Box-Muller pair gives
    double smallest = 1e9;
    double largest = -1e9;
};

constexpr int showers = 2000;
constexpr int elements = 200;
constexpr double samples = double{showers} * elements;

Moments moments_of(const std::function<void(const RandomStream&, std::span<float>)>& draw) {
    std::vector<float> values(elements);
    double sum = 0;
    double sum2 = 0;
    double sum_pair = 0;
    double sum4 = 0;
    Moments out;
    std::vector<float> all;
    for (int shower = 0; shower < showers; ++shower) {
        draw(RandomStream(2024, static_cast<std::uint64_t>(shower), 3), values);
        all.insert(all.end(), values.begin(), values.end());
    }
    for (const double value : all) {
        sum += value;
        out.smallest = std::min(out.smallest, value);
        out.largest = std::max(out.largest, value);
    }
    out.mean = sum / samples;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const double centred = all[i] - out.mean;
        sum2 += centred * centred;
        sum4 += std::pow(centred, 4);
        if (i % 2 == 0) sum_pair += centred * (all[i + 1] - out.mean);
    }
    out.variance = sum2 / samples;
    out.kurtosis = sum4 / samples / (out.variance * out.variance);
    out.neighbours = sum_pair / (samples / 2) / out.variance;
    return out;
}

/// Tolerances are five standard errors of each moment; the numbers are always the same, so this cannot be
/// unlucky.
constexpr double sigmas = 5;

TEST(Random, UniformHasTheMomentsOfItsDistribution) {
    const Moments found = moments_of([](const RandomStream& s, std::span<float> out) { s.uniform(out); });
    EXPECT_NEAR(found.mean, 0.5, sigmas * std::sqrt(1.0 / 12 / samples));
    EXPECT_NEAR(found.variance, 1.0 / 12, sigmas * std::sqrt(1.0 / 180 / samples));
    EXPECT_NEAR(found.neighbours, 0, sigmas * std::sqrt(2 / samples));
    EXPECT_GT(found.smallest, 0);
    EXPECT_LT(found.largest, 1);
}

TEST(Random, NormalHasTheMomentsOfItsDistribution) {
    const Moments found = moments_of([](const RandomStream& s, std::span<float> out) { s.normal(out); });
    EXPECT_NEAR(found.mean, 0, sigmas / std::sqrt(samples));
    EXPECT_NEAR(found.variance, 1, sigmas * std::sqrt(2 / samples));
    EXPECT_NEAR(found.kurtosis, 3, sigmas * std::sqrt(24 / samples));
    EXPECT_NEAR(found.neighbours, 0, sigmas * std::sqrt(2 / samples));
    EXPECT_GT(found.largest, 4) << "the tail is cut";
    EXPECT_LT(found.smallest, -4) << "the tail is cut";
}

}  // namespace
}  // namespace caloforge::core
