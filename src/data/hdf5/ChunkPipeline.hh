#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "data/hdf5/GrowingDataset.hh"

namespace caloforge::data::hdf5 {

/// One chunk on its way to disk.
struct ChunkJob {
    GrowingDataset* dataset = nullptr;
    std::size_t chunk = 0;  ///< which of the data set's
    std::size_t rows = 0;   ///< length of the data set with it
    /// Fills the (zeroed) values of the whole chunk, on a thread of the pipeline. Throws RunError.
    std::function<void(std::span<float>)> fill;
};

/// Encodes chunks on a few threads of its own and writes them in the order of their submission, so that equal
/// runs give equal files. Submitting blocks when too much is under way. The first failure stops all writing
/// and is thrown by the calls that follow. Used by one thread.
class ChunkPipeline {
  public:
    explicit ChunkPipeline(int gzip_level);
    /// Drops what was not written.
    ~ChunkPipeline();
    ChunkPipeline(const ChunkPipeline&) = delete;
    ChunkPipeline& operator=(const ChunkPipeline&) = delete;

    /// Throws RunError when writing failed.
    void submit(ChunkJob job);
    /// Waits until everything is written. Throws RunError.
    void drain();
    /// Throws RunError when writing failed.
    void check();

  private:
    struct Ticket {
        std::uint64_t number;
        ChunkJob job;
    };
    void work();
    void process(const Ticket& ticket, std::vector<float>& values, std::vector<unsigned char>& shuffled,
                 std::vector<unsigned char>& encoded);
    void stop_with(const std::string& message);

    int gzip_level_;
    std::mutex mutex_;  ///< guards all below; never held while HDF5 or zlib work
    std::condition_variable changed_;
    std::deque<Ticket> queue_;
    std::uint64_t submitted_ = 0;
    std::uint64_t written_ = 0;  ///< also the number of the ticket whose turn it is
    std::size_t bytes_under_way_ = 0;
    bool stopping_ = false;
    std::string failure_;
    std::vector<std::thread> threads_;
};

}  // namespace caloforge::data::hdf5
