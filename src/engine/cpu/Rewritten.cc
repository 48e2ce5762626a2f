#include "engine/cpu/Rewritten.hh"

#include <vector>

#include "graph/Lower.hh"
#include "graph/Passes.hh"
#include "graph/Written.hh"
#include "kernels/TapConvolution.hh"

namespace caloforge::engine::cpu {

static_assert(graph::column_block % kernels::lanes == 0);

// Columns are what showers are elsewhere: `lanes` of them make a position.
void sum_taps(const graph::TapSums& sums) {
    std::vector<std::int32_t> positions(sums.columns / kernels::lanes);
    for (std::size_t p = 0; p < positions.size(); ++p)
        positions[p] = static_cast<std::int32_t>(p * kernels::lanes);
    const std::vector<float> start(sums.filters, 0.0F);
    kernels::run(
        {sums.taps, sums.weights, start.data(), sums.filters, positions, positions, sums.filter_stride},
        sums.in, sums.out);
}

network::WeightsFile rewritten(const network::WeightsFile& file, const std::string& role) {
    const network::NetworkSpec spec = file.network(role);
    return graph::written(graph::optimised(graph::lower(spec, file, role), sum_taps), file, role);
}

}  // namespace caloforge::engine::cpu
