#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "validate/statistics/Bins.hh"
#include "validate/statistics/Slicing.hh"

namespace caloforge::validate::figure {

/// How high letters stand: on the line, or small and above or below it.
enum class Script { line, above, below };

struct TextRun {
    std::string text;  ///< UTF-8
    Script script = Script::line;
};

/// One line of text.
using RichText = std::vector<TextRun>;

/// The text as it is; bytes that are not UTF-8 become question marks, control characters spaces.
RichText plain(std::string_view text);
/// An axis label or a title: "log10" gets its base below the line.
RichText label(std::string_view text);
/// "cells_above_1_mip" as words: "cells above 1 MIP".
std::string words(std::string_view name);
/// 10 to a power, after a factor ("2 x 10^-5") if that is not empty.
RichText power_of_ten(int exponent, std::string_view factor = {});
/// A range of the binning variable as the results name it ("10:500"), for a reader: "E_inc = 10-500 GeV"; of
/// a slicing "theta = 0-10°".
RichText range_label(std::string_view range, const Binning& binning, std::span<const Slicing> slicings = {});

/// Letters (code points) in the text.
std::size_t length(const RichText& text);
/// The first and last letters, `keep` in all, around an ellipsis; the whole text when it is not longer.
RichText shortened(const RichText& text, std::size_t keep);

}  // namespace caloforge::validate::figure
