#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>

#include "data/ShowerBatch.hh"

namespace caloforge::validate {

/// A batch on its way from the reading thread to the reducing ones, each of which sees every batch, in order.
struct NumberedBatch {
    data::ShowerBatch batch;
    std::size_t first = 0;  ///< number of its first shower in the set
};

/// Four batches that are filled and emptied in turn. One thread puts, `readers` threads take.
class BatchRing {
  public:
    explicit BatchRing(std::size_t readers) : readers_(readers) {}

    /// Waits until all readers are done with the oldest batch, then copies. Rethrows what a reader met.
    void put(const data::ShowerBatch& batch, std::size_t first);
    /// No more batches will come.
    void close();
    /// Batch `turn` (0, 1, ...), or null behind the last one; stays valid until done(turn).
    const NumberedBatch* take(std::uint64_t turn);
    void done(std::uint64_t turn);
    /// A reader cannot go on: everybody stops.
    void fail(std::exception_ptr error);
    void rethrow() const;

  private:
    static constexpr std::size_t places = 4;

    std::size_t readers_;
    std::array<NumberedBatch, places> batches_;
    std::array<std::size_t, places> pending_{};
    std::uint64_t published_ = 0;
    bool closed_ = false;
    std::exception_ptr error_;
    std::mutex mutex_;
    std::condition_variable changed_;
};

}  // namespace caloforge::validate
