#pragma once

#include <array>
#include <stdexcept>

#include "engine/cuda/ConvolutionBody.hh"

namespace caloforge::engine::cuda {

/// The shapes that there are kernels for: how many filters, for each the tiles, for each tile the groups.
inline constexpr std::array<int, 5> filter_counts = {8, 6, 4, 2, 1};
inline constexpr std::array<int, 6> group_sizes = {0, 1, 2, 3, 4, 5};

/// Tiles are as large as registers allow and no larger than there is a use for; the last is a single cell.
template <int F>
constexpr std::array<int, 5> tile_sizes() {
    if constexpr (F == 8) return {8, 7, 5, 4, 1};
    if constexpr (F == 6) return {9, 8, 5, 4, 1};
    return {13, 8, 5, 4, 1};
}

/// Whether there is a kernel: a single cell shares no inputs with neighbours.
constexpr bool is_compiled(int positions, int together) {
    return positions > 1 || together == 1;
}

/// Calls visit(tile sizes) for the F of `filters`.
template <class Visit>
void with_tile_sizes(int filters, const Visit& visit) {
    switch (filters) {
        case 8:
            return visit(tile_sizes<8>());
        case 6:
            return visit(tile_sizes<6>());
        default:
            return visit(tile_sizes<4>());
    }
}

namespace detail {

template <int F, int P, class Visit>
bool with_group(const ConvolutionWork& work, const Visit& visit) {
    const auto one = [&]<int K>() {
        if constexpr (is_compiled(P, K)) {
            if (work.shape == ConvolutionShape{F, P, K}) {
                visit(ConvolutionBody<F, P, K>{work});
                return true;
            }
        }
        return false;
    };
    return one.template operator()<0>() || one.template operator()<1>() || one.template operator()<2>() ||
           one.template operator()<3>() || one.template operator()<4>() || one.template operator()<5>();
}

}  // namespace detail

/// Calls visit(body) with the body that is compiled for the shape of `work`, one of F filters. Throws
/// std::logic_error where there is none.
template <int F, class Visit>
void with_body(const ConvolutionWork& work, const Visit& visit) {
    constexpr auto sizes = tile_sizes<F>();
    if (detail::with_group<F, sizes[0]>(work, visit) || detail::with_group<F, sizes[1]>(work, visit) ||
        detail::with_group<F, sizes[2]>(work, visit) || detail::with_group<F, sizes[3]>(work, visit) ||
        detail::with_group<F, sizes[4]>(work, visit))
        return;
    throw std::logic_error("there is no kernel for a convolution cut like this");
}

}  // namespace caloforge::engine::cuda
