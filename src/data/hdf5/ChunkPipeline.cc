#include "data/hdf5/ChunkPipeline.hh"

#include <algorithm>

#include "core/Error.hh"
#include "core/Machine.hh"
#include "data/hdf5/ChunkCodec.hh"

namespace caloforge::data::hdf5 {
namespace {

constexpr std::size_t max_bytes_under_way = std::size_t{64} << 20;
/// Compression runs at a few thousand showers/s and thread; the cores belong to those who make the showers.
constexpr unsigned cores_per_thread = 4;
constexpr unsigned max_threads = 4;

std::size_t bytes_of(const ChunkJob& job) {
    return job.dataset->chunk_values() * sizeof(float);
}

}  // namespace

ChunkPipeline::ChunkPipeline(int gzip_level) : gzip_level_(gzip_level) {
    const unsigned count =
        std::clamp(static_cast<unsigned>(core::thread_count(0)) / cores_per_thread, 1U, max_threads);
    for (unsigned i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

ChunkPipeline::~ChunkPipeline() {
    {
        const std::lock_guard guard(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void ChunkPipeline::submit(ChunkJob job) {
    std::unique_lock guard(mutex_);
    const std::size_t bytes = bytes_of(job);
    changed_.wait(guard, [&] {
        return !failure_.empty() || bytes_under_way_ == 0 || bytes_under_way_ + bytes <= max_bytes_under_way;
    });
    if (!failure_.empty()) throw core::RunError(failure_);
    bytes_under_way_ += bytes;
    queue_.push_back({submitted_++, std::move(job)});
    guard.unlock();
    changed_.notify_all();
}

void ChunkPipeline::drain() {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [&] { return written_ == submitted_; });
    if (!failure_.empty()) throw core::RunError(failure_);
}

void ChunkPipeline::check() {
    const std::lock_guard guard(mutex_);
    if (!failure_.empty()) throw core::RunError(failure_);
}

void ChunkPipeline::stop_with(const std::string& message) {
    const std::lock_guard guard(mutex_);
    if (failure_.empty()) failure_ = message;
}

void ChunkPipeline::work() {
    std::vector<float> values;
    std::vector<unsigned char> shuffled;
    std::vector<unsigned char> encoded;
    for (;;) {
        Ticket ticket;
        {
            std::unique_lock guard(mutex_);
            changed_.wait(guard, [&] { return stopping_ || !queue_.empty(); });
            if (stopping_) return;
            ticket = std::move(queue_.front());
            queue_.pop_front();
        }
        const std::size_t bytes = bytes_of(ticket.job);
        try {
            process(ticket, values, shuffled, encoded);
        } catch (const std::exception& error) {
            stop_with(error.what());
        }
        // Frees the batch before the room for another is announced.
        ticket.job = {};
        {
            std::unique_lock guard(mutex_);
            changed_.wait(guard, [&] { return stopping_ || written_ == ticket.number; });
            ++written_;
            bytes_under_way_ -= bytes;
        }
        changed_.notify_all();
    }
}

void ChunkPipeline::process(const Ticket& ticket, std::vector<float>& values,
                            std::vector<unsigned char>& shuffled, std::vector<unsigned char>& encoded) {
    {
        const std::lock_guard guard(mutex_);
        if (!failure_.empty()) return;
    }
    values.assign(ticket.job.dataset->chunk_values(), 0.0F);
    ticket.job.fill(values);
    encode_chunk(values, gzip_level_, shuffled, encoded);
    {
        std::unique_lock guard(mutex_);
        changed_.wait(guard, [&] { return stopping_ || written_ == ticket.number; });
        if (stopping_ || !failure_.empty()) return;
    }
    ticket.job.dataset->write_chunk(ticket.job.chunk, ticket.job.rows, encoded);
}

}  // namespace caloforge::data::hdf5
