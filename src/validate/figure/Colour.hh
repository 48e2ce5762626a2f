#pragma once

#include <array>
#include <cstddef>

namespace caloforge::validate::figure {

/// Red, green, blue between 0 and 1; always opaque, so that no viewer has to blend.
struct Colour {
    double red = 0;
    double green = 0;
    double blue = 0;
};

constexpr Colour grey(double level) {
    return {level, level, level};
}

/// From the palette of Okabe and Ito (Color Universal Design, 2008), which colour-blind readers can tell
/// apart: blue, vermillion, bluish green, reddish purple. They differ in lightness, too.
inline constexpr std::array<Colour, 4> line_colours = {Colour{0.0, 0.447, 0.698}, Colour{0.835, 0.369, 0.0},
                                                       Colour{0.0, 0.620, 0.451},
                                                       Colour{0.800, 0.475, 0.655}};
inline constexpr Colour candidate_colour = line_colours[1];
inline constexpr Colour ink = grey(0);
inline constexpr Colour reference_line = grey(0.25);
inline constexpr Colour reference_band = grey(0.72);
inline constexpr Colour reference_fill = grey(0.92);

/// Blue below 0, near white at 0, red above; -1 and 1 take the full colours, values beyond them as well.
Colour diverging(double value);

}  // namespace caloforge::validate::figure
