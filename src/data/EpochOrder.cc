#include "data/EpochOrder.hh"

#include <algorithm>
#include <numeric>

#include "core/Random.hh"

namespace caloforge::data {
namespace {

/// A whole number in [0, count), from one element of the stream; the bias is below count / 2^32.
std::size_t below(const core::RandomStream& random, std::size_t element, std::size_t count) {
    return static_cast<std::size_t>(random.uniform_at(static_cast<std::uint32_t>(element)) *
                                    static_cast<double>(count));
}

/// Fisher-Yates by hand: std::shuffle gives another order with every standard library. Uses the stream's
/// elements first_element ... first_element + size - 1.
template <class T>
void shuffle(std::vector<T>& values, const core::RandomStream& random, std::size_t first_element) {
    for (std::size_t i = values.size(); i > 1; --i) {
        std::swap(values[i - 1], values[below(random, first_element + i - 1, i)]);
    }
}

}  // namespace

EpochOrder::EpochOrder(const std::vector<ShowerSet::Shard>& shards, const LoaderOptions& options,
                       std::uint64_t epoch)
    : shuffle_(options.shuffle), seed_(options.seed), epoch_(epoch) {
    for (std::size_t shard = 0; shard < shards.size(); ++shard) {
        for (std::size_t first = 0; first < shards[shard].size; first += block_showers) {
            blocks_.push_back({shard, first, std::min(block_showers, shards[shard].size - first)});
        }
        set_size_ += shards[shard].size;
    }
    // Elements of the stream: one per shower of the row for the windows, one per block, one for the turn.
    const core::RandomStream random(seed_, epoch_, core::shuffle_stream);
    if (shuffle_) {
        shuffle(blocks_, random, set_size_);
        turn_ = below(random, set_size_ + blocks_.size(), set_size_);
    }
    std::size_t place = 0;
    for (const Piece& block : blocks_) {
        starts_.push_back(place);
        place += block.count;
    }
    size_ = batches(set_size_, options) * options.batch_size;
    begin_ = options.rank * size_;
}

std::size_t EpochOrder::batches(std::size_t set_size, const LoaderOptions& options) {
    return set_size / options.ranks / options.batch_size;
}

std::vector<EpochOrder::Piece> EpochOrder::pieces(std::size_t first, std::size_t count) const {
    std::vector<Piece> out;
    std::size_t place = (turn_ + begin_ + first) % set_size_;
    while (count > 0) {
        const auto above = std::upper_bound(starts_.begin(), starts_.end(), place);
        const auto index = static_cast<std::size_t>(above - starts_.begin()) - 1;
        const Piece& block = blocks_[index];
        const std::size_t skip = place - starts_[index];
        const std::size_t taken = std::min(count, block.count - skip);
        out.push_back({block.shard, block.first + skip, taken});
        count -= taken;
        place = (place + taken) % set_size_;
    }
    return out;
}

std::vector<std::uint32_t> EpochOrder::shuffled(std::size_t first, std::size_t count) const {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    if (shuffle_) {
        shuffle(order, core::RandomStream(seed_, epoch_, core::shuffle_stream), begin_ + first);
    }
    return order;
}

}  // namespace caloforge::data
