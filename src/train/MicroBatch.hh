#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace caloforge::train {

/// Showers of a rank's share that pass through the networks at once.
struct MicroBatch {
    std::int64_t first = 0;              ///< in the share
    std::vector<std::uint64_t> samples;  ///< their numbers in the training
    double share = 1;                    ///< of the rank's showers
    bool last = true;
    /// Their rows of a tensor of the whole share; a view.
    torch::Tensor of(const torch::Tensor& all) const {
        return all.narrow(0, first, static_cast<std::int64_t>(samples.size()));
    }
};

/// A share in parts of `size` showers.
inline std::vector<MicroBatch> micro_batches(const std::vector<std::uint64_t>& samples, std::size_t size) {
    std::vector<MicroBatch> out;
    for (std::size_t first = 0; first < samples.size(); first += size) {
        const std::size_t end = std::min(first + size, samples.size());
        out.push_back({static_cast<std::int64_t>(first),
                       {samples.begin() + static_cast<std::ptrdiff_t>(first),
                        samples.begin() + static_cast<std::ptrdiff_t>(end)},
                       static_cast<double>(end - first) / static_cast<double>(samples.size()),
                       end == samples.size()});
    }
    return out;
}

/// The largest size, `most` or less, that a share can be taken in parts of, two showers or more for batch
/// normalisation; the smallest such size where all are more than `most`.
inline std::size_t micro_batch_that_fits(std::size_t share, std::size_t most) {
    std::size_t best = 0;
    for (std::size_t size = 2; size <= share; ++size) {
        if (share % size != 0) continue;
        if (best == 0 || size <= most) best = size;
    }
    return std::max(best, std::min<std::size_t>(share, 1));
}

}  // namespace caloforge::train
