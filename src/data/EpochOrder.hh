#pragma once

#include <cstdint>
#include <vector>

#include "data/ShowerLoader.hh"
#include "data/ShowerSet.hh"

namespace caloforge::data {

/// The order in which one rank sees the showers of one epoch: a pure function of the shards' sizes, (seed,
/// epoch) and the loader's options, without any file being touched.
///
/// The set is cut into blocks of consecutive showers; the blocks of all shards are permuted and put in a row,
/// the row is turned by a random amount, and every rank takes an equal stretch of it, of whole batches. What
/// remains at the end of the row is left out: other showers in every epoch, thanks to the turn even when
/// there are few blocks. Without shuffling the row is the set in file order.
///
/// Positions count showers within the rank's stretch, from 0. Read-only, any number of threads.
class EpochOrder {
  public:
    /// Consecutive showers of one shard.
    struct Piece {
        std::size_t shard = 0;
        std::size_t first = 0;  ///< within the shard
        std::size_t count = 0;
    };
    /// Showers per block: enough for disk and decompression to work in long runs (4 MB of 25x25x25 cells).
    static constexpr std::size_t block_showers = 64;

    EpochOrder(const std::vector<ShowerSet::Shard>& shards, const LoaderOptions& options,
               std::uint64_t epoch);

    /// Full batches of every rank in any epoch.
    static std::size_t batches(std::size_t set_size, const LoaderOptions& options);
    /// Showers of the stretch.
    std::size_t size() const { return size_; }
    /// Where the showers at positions [first, first + count) lie, in the order of the row.
    std::vector<Piece> pieces(std::size_t first, std::size_t count) const;
    /// The order in which the showers at positions [first, first + count) are handed out: a permutation of
    /// 0 ... count - 1, which are positions relative to `first`.
    std::vector<std::uint32_t> shuffled(std::size_t first, std::size_t count) const;

  private:
    std::vector<Piece> blocks_;        ///< in the order of the row
    std::vector<std::size_t> starts_;  ///< first place in the row of each block
    std::size_t set_size_ = 0;
    std::size_t turn_ = 0;   ///< place in the row where rank 0 begins
    std::size_t begin_ = 0;  ///< where this rank begins, behind the turn
    std::size_t size_ = 0;
    bool shuffle_ = true;
    std::uint64_t seed_ = 0;
    std::uint64_t epoch_ = 0;
};

}  // namespace caloforge::data
