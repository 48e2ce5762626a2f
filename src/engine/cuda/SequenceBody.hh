#pragma once

#include <cstdint>
#include <variant>

#include "engine/cuda/Launch.hh"

namespace caloforge::engine::cuda {

/// Item `item` of a step of a sequence. `First`: the first kind that is looked at.
template <std::size_t First = 0>
CALOFORGE_HOST_DEVICE inline void run_step(const SequenceStep& step, const Place& place, std::uint32_t item) {
    if constexpr (First < std::variant_size_v<SmallWork>) {
        using Body = std::variant_alternative_t<First, SmallWork>;
        if (step.kind == First) {
            const auto* body = reinterpret_cast<const Body*>(place.tables + step.body.begin);
            if constexpr (std::is_same_v<Body, DenseWork>)
                DenseBody<1>{*body}(place, item);
            else
                (*body)(place, item);
            return;
        }
        run_step<First + 1>(step, place, item);
    }
}

}  // namespace caloforge::engine::cuda
