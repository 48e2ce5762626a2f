#pragma once

#include <cstdint>
#include <memory>

#include "data/ShowerSet.hh"

namespace caloforge::data {

struct LoaderOptions {
    std::size_t batch_size = 128;  ///< showers per batch and rank
    std::uint64_t seed = 0;
    bool shuffle = true;
    std::size_t rank = 0;
    std::size_t ranks = 1;
    /// Showers held at a time for shuffling; what bounds the memory (one shower of 25x25x25 is 62.5 kB).
    std::size_t shuffle_window = 4096;
    /// Batches made ahead by the loader's own thread.
    std::size_t prefetch = 4;
};

/// Streams a set in batches, epoch after epoch. The order of an epoch is a function of (seed, epoch): blocks
/// of consecutive showers of all shards are permuted, then showers are shuffled within windows of
/// `shuffle_window`. Every rank gets the same number of full batches and no two ranks share a shower in an
/// epoch; the showers that do not fill a batch on every rank are left out of that epoch (others in every
/// epoch). Reading and shuffling run on a thread of the loader's own; next() is called from one thread.
class ShowerLoader {
  public:
    /// Where a run stands: enough to go on exactly there.
    struct Position {
        std::uint64_t epoch = 0;
        std::uint64_t batch = 0;  ///< the next batch within the epoch
        bool operator==(const Position&) const = default;
    };

    /// Throws InputError when the set is smaller than one batch on every rank.
    ShowerLoader(ShowerSet set, LoaderOptions options, Position start);
    ~ShowerLoader();
    ShowerLoader(const ShowerLoader&) = delete;
    ShowerLoader& operator=(const ShowerLoader&) = delete;

    /// The next batch; goes on into the next epoch by itself. Rethrows what the reading thread met.
    ShowerBatch next();
    /// The position behind the last batch that next() returned.
    Position position() const;
    std::size_t batches_per_epoch() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caloforge::data
