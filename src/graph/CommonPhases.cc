#include "graph/CommonPhases.hh"

#include <algorithm>
#include <array>

#include "graph/Phases.hh"

namespace caloforge::graph {
namespace {

// Row-major counting through the extents.
template <class Visit>
void for_each(const Triple& extents, Visit&& visit) {
    Triple at;
    for (at[0] = 0; at[0] < extents[0]; ++at[0]) {
        for (at[1] = 0; at[1] < extents[1]; ++at[1]) {
            for (at[2] = 0; at[2] < extents[2]; ++at[2]) visit(at);
        }
    }
}

}  // namespace

CommonPhases::CommonPhases(const Convolution& convolution, const sample::Shape& shape,
                           const sample::Shape& image) {
    std::array<std::vector<CoarseReads>, 3> of_phase;
    Triple first{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        std::int64_t last = 0;
        for (std::int64_t phase = 0; phase < convolution.factor[axis]; ++phase) {
            const CoarseReads reads = coarse_reads(convolution, axis, phase);
            if (!reads.empty()) {
                first[axis] = std::min(first[axis], reads.begin()->first);
                last = std::max(last, reads.rbegin()->first);
            }
            of_phase[axis].push_back(reads);
        }
        const std::int64_t cells =
            (shape[axis + 1] + convolution.factor[axis] - 1) / convolution.factor[axis];
        kernel[axis] = last - first[axis] + 1;
        low[axis] = -first[axis];
        high[axis] = std::max<std::int64_t>(0, cells + last - image[axis + 1]);
    }
    const std::int64_t channels = image[0];
    const std::vector<std::int64_t> none;
    const auto taps = [&](std::size_t axis, const Triple& phase,
                          const Triple& tap) -> const std::vector<std::int64_t>& {
        const CoarseReads& reads = of_phase[axis][static_cast<std::size_t>(phase[axis])];
        const auto found = reads.find(first[axis] + tap[axis]);
        return found == reads.end() ? none : found->second;
    };
    for (std::int64_t filter = 0; filter < shape[0]; ++filter) {
        for_each(convolution.factor, [&](const Triple& phase) {
            for (std::int64_t channel = 0; channel < channels; ++channel) {
                for_each(kernel, [&](const Triple& tap) {
                    weights.push_back(summed_weight(convolution, channels, filter, channel,
                                                    taps(0, phase, tap), taps(1, phase, tap),
                                                    taps(2, phase, tap)));
                });
            }
        });
    }
}

}  // namespace caloforge::graph
