#include "validate/figure/Canvas.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "core/TemporaryFolder.hh"
#include "validate/figure/Legend.hh"
#include "validate/figure/PdfCheck.hh"

namespace caloforge::validate::figure {
namespace {

TEST(Canvas, GivesAPdfOfSoManyPages) {
    for (const std::size_t pages : {1U, 3U}) {
        Canvas canvas(100, 100, "title");
        for (std::size_t i = 0; i < pages; ++i) {
            canvas.line({0, 0}, {50, 50}, {});
            canvas.end_page();
        }
        const std::string pdf = canvas.finish();
        EXPECT_TRUE(pdf.starts_with("%PDF-1.4"));
        EXPECT_EQ(test::pages_of(pdf), pages);
        EXPECT_NE(pdf.find("20000101000000"), std::string::npos);
    }
}

TEST(Canvas, FittedTextFits) {
    const Canvas canvas(100, 100, "");
    RichText name = plain("/a/long/path/to/some/network-with-a-name-000444.safetensors");
    name.push_back({"2", Script::above});
    const double whole = canvas.text_width(name);
    for (const double width : {400.0, whole, 0.9 * whole, 0.5 * whole, 20.0, 0.0, -10.0}) {
        const FittedText fitted = canvas.fit(name, width);
        const double ellipsis = 10;  // what is left in the end
        EXPECT_LE(canvas.text_width(fitted.text, fitted.size), std::max(width * (1 + 1e-9), ellipsis));
        EXPECT_GE(fitted.size, smallest_font);
        EXPECT_LE(fitted.size, font_size);
        EXPECT_EQ(length(fitted.text) == length(name), width > 0.8 * whole);
    }
    EXPECT_DOUBLE_EQ(canvas.fit(name, 400).size, font_size);
}

TEST(Canvas, RaisedTextIsSmaller) {
    const Canvas canvas(100, 100, "");
    const double line = canvas.text_width({{"10", Script::line}});
    EXPECT_GT(line, 5);
    EXPECT_LT(canvas.text_width({{"10", Script::above}}), line);
    EXPECT_NEAR(canvas.text_width({{"10", Script::line}}, 16), 2 * line, 0.1);
}

TEST(Canvas, LegendsKeepToTheirRoom) {
    const Canvas canvas(200, 200, "");
    for (const std::size_t letters : {1U, 40U, 400U}) {
        const Legend legend(canvas, {{std::string(letters, 'n'), " (5500 showers)", Mark::filled, {}}},
                            plain("heading"), 120);
        EXPECT_LE(legend.width(), 120.001);
        EXPECT_GT(legend.width(), 30);
    }
}

// Draws with a fontconfig that knows no font, in a process of its own: fontconfig reads its files once.
void draw_without_fonts(const std::filesystem::path& configuration) {
    std::ofstream(configuration) << "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">\n"
                                    "<fontconfig></fontconfig>\n";
    ::setenv("FONTCONFIG_FILE", configuration.c_str(), 1);
    Canvas canvas(100, 100, "");
    canvas.text(plain("Geant4, 10–500 GeV"), {10, 10});
    canvas.end_page();
    // cairo's own letters are ASCII only: a minus must not get lost.
    const double width = canvas.text_width(plain("−1–2×10…"));
    const bool readable = width > 5 && width == canvas.text_width(plain("-1-2x10..."));
    std::_Exit(readable && test::pages_of(canvas.finish()) == 1 ? 0 : 1);
}

TEST(CanvasDeathTest, DrawsWithoutAnyFont) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    test::TemporaryFolder folder;
    EXPECT_EXIT(draw_without_fonts(folder / "fonts.conf"), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace caloforge::validate::figure
