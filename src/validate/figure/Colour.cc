#include "validate/figure/Colour.hh"

#include <algorithm>

namespace caloforge::validate::figure {
namespace {

// Every second colour of ColorBrewer's "RdBu" with 9 classes (colorbrewer2.org), blue first.
constexpr std::array<Colour, 5> stops = {Colour{0.129, 0.400, 0.675}, Colour{0.573, 0.773, 0.871},
                                         Colour{0.969, 0.969, 0.969}, Colour{0.957, 0.647, 0.510},
                                         Colour{0.698, 0.094, 0.169}};

}  // namespace

Colour diverging(double value) {
    const double place = (std::clamp(value, -1.0, 1.0) + 1) / 2 * static_cast<double>(stops.size() - 1);
    const std::size_t below = std::min(static_cast<std::size_t>(place), stops.size() - 2);
    const double share = place - static_cast<double>(below);
    const auto mix = [&](double Colour::*part) {
        return stops[below].*part * (1 - share) + stops[below + 1].*part * share;
    };
    return {mix(&Colour::red), mix(&Colour::green), mix(&Colour::blue)};
}

}  // namespace caloforge::validate::figure
