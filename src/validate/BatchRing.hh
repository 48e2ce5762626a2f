#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <vector>

#include "sample/Columns.hh"

namespace caloforge::validate {

/// A batch on its way from the reading thread to the reducing ones, each of which sees every batch, in order.
/// Owns its values, in memory that is used again.
class NumberedBatch {
  public:
    void assign(const sample::ColumnsView& samples, std::size_t first);
    const sample::ColumnsView& samples() const { return view_; }
    /// Number of its first sample in the set.
    std::size_t first() const { return first_; }

  private:
    std::vector<std::vector<float>> values_;  ///< by column
    sample::ColumnsView view_;
    std::size_t first_ = 0;
};

/// Four batches that are filled and emptied in turn. One thread puts, `readers` threads take.
class BatchRing {
  public:
    explicit BatchRing(std::size_t readers) : readers_(readers) {}

    /// Waits until all readers are done with the oldest batch, then copies. Rethrows what a reader met. The
    /// columns' names must outlive the ring.
    void put(const sample::ColumnsView& samples, std::size_t first);
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
