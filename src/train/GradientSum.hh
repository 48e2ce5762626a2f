#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "comm/Communicator.hh"

namespace caloforge::train {

/// Averages the gradients of one network's parameters over the ranks while the backward pass still runs: a
/// gradient is copied to its bucket as soon as it is known, a full bucket is on its way at once. With one
/// rank, nothing happens. Lives as long as the parameters. One thread at a time.
class GradientSum {
  public:
    GradientSum(comm::Communicator& communicator, const std::vector<torch::Tensor>& parameters);
    GradientSum(const GradientSum&) = delete;
    GradientSum& operator=(const GradientSum&) = delete;

    /// While true, backward passes only add to the gradients: more of the same step are to come.
    void hold(bool more_to_come) { held_ = more_to_come; }
    /// Behind the last backward pass of a step that these parameters took part in: waits, and sets the
    /// gradients.
    void finish();

    /// Bytes of a bucket: small enough to begin early, large enough that the network's latency does not
    /// count, which a sum around a ring of ranks meets as often as there are ranks.
    static std::size_t bucket_bytes(std::size_t ranks) {
        constexpr std::size_t least = 256 * 1024, each_rank = 32 * 1024;
        return std::max(least, each_rank * ranks);
    }

  private:
    struct Bucket {
        torch::Tensor values;  ///< flat
        std::vector<std::size_t> parameters;
        std::size_t missing = 0;
        std::unique_ptr<comm::Communicator::Pending> pending;
    };
    void arrived(std::size_t parameter, const torch::Tensor& gradient);
    void start(Bucket& bucket);

    comm::Communicator& communicator_;
    std::vector<torch::Tensor> parameters_;
    std::vector<std::pair<std::size_t, std::int64_t>> places_;  ///< bucket and offset by parameter
    std::vector<Bucket> buckets_;                               ///< in the order in which they start
    std::size_t started_ = 0;
    bool held_ = false;
};

}  // namespace caloforge::train
