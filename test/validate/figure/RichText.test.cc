#include "validate/figure/RichText.hh"

#include <gtest/gtest.h>

namespace caloforge::validate::figure {
namespace {

TEST(RichText, WhatIsNotUtf8BecomesQuestionMarks) {
    EXPECT_EQ(plain("caf\xC3\xA9 √E ⊕ b").front().text, "café √E ⊕ b");
    EXPECT_EQ(plain("a\xFF"
                    "b\xC3")
                  .front()
                  .text,
              "a?b?");
    EXPECT_EQ(plain("\xC0\x80\xED\xA0\x80").front().text, "?????");  // overlong; a surrogate
    EXPECT_EQ(plain("two\nlines\t").front().text, "two lines ");
    EXPECT_EQ(plain(std::string("a\0b", 3)).front().text, "a b");
}

TEST(RichText, TheBaseOfALogarithmStandsBelow) {
    const RichText text = label("log10(cell energy / GeV)");
    ASSERT_EQ(text.size(), 3U);
    EXPECT_EQ(text[0].text, "log");
    EXPECT_EQ(text[1].text, "10");
    EXPECT_EQ(text[1].script, Script::below);
    EXPECT_EQ(text[2].text, "(cell energy / GeV)");
    EXPECT_EQ(label("layer").size(), 1U);
}

TEST(RichText, RangesAreReadAloud) {
    const Binning energy{.symbol = "E_inc", .unit = "GeV"};
    EXPECT_EQ(range_label("50", energy)[1].text, "inc");
    EXPECT_EQ(range_label("-3:0", {.symbol = "φ", .unit = "rad"})[0].text, "φ");
    EXPECT_EQ(range_label("10:500", energy).back().text, " = 10–500 GeV");
    EXPECT_EQ(range_label("50:50", energy).back().text, " = 50 GeV");
    EXPECT_EQ(range_label("50", energy).back().text, " = 50 GeV");
    const std::vector<Slicing> slicings = {
        {.name = "theta", .field = "direction", .unit = "°", .slices = {}},
        {.name = "particle", .field = "particle", .unit = "", .slices = {}}};
    EXPECT_EQ(range_label("theta 0:10", energy, slicings)[0].text, "theta = 0–10°");
    EXPECT_EQ(range_label("particle gamma", energy, slicings)[0].text, "particle = gamma");
    EXPECT_EQ(range_label("10:500", energy, slicings).back().text, " = 10–500 GeV");
}

TEST(RichText, WordsOfANameKeepTheUnit) {
    EXPECT_EQ(words("cells_above_0.1_mip"), "cells above 0.1 MIP");
    EXPECT_EQ(words("transverse_profile_x"), "transverse profile x");
}

TEST(RichText, ShortTextsKeepBothEnds) {
    EXPECT_EQ(shortened(plain("abcdefgh"), 4).front().text, "ab…gh");
    EXPECT_EQ(shortened(plain("éèêë"), 2).front().text, "é…ë");
    EXPECT_EQ(shortened(plain("abc"), 3).front().text, "abc");
    EXPECT_EQ(shortened(plain("abc"), 0).front().text, "…");
    const RichText power = shortened(power_of_ten(-12), 4);
    EXPECT_EQ(power.front().text, "10…");
    EXPECT_EQ(power.back().text, "12");
    EXPECT_EQ(power.back().script, Script::above);
    EXPECT_EQ(length(power_of_ten(-12)), 5U);
}

}  // namespace
}  // namespace caloforge::validate::figure
