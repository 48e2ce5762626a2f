#include "data/ShowerLoader.hh"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "core/Error.hh"
#include "data/EpochOrder.hh"
#include "data/ShuffleBuffer.hh"

namespace caloforge::data {
namespace {

/// The start, with "behind the last batch" turned into the beginning of the next epoch.
ShowerLoader::Position checked(const ShowerSet& set, const LoaderOptions& options,
                               ShowerLoader::Position start) {
    if (options.batch_size == 0)
        throw core::InputError("the batch size is 0 (at least one shower is wanted)");
    if (options.rank >= options.ranks) {
        throw core::InputError(
            fmt::format("rank {} of {} does not exist (ranks count from 0)", options.rank, options.ranks));
    }
    const std::size_t batches = EpochOrder::batches(set.size(), options);
    if (batches == 0) {
        throw core::InputError(fmt::format(
            "{} showers do not fill one batch of {} on each of {} ranks (every rank needs the same number of "
            "full batches). Use smaller batches, fewer ranks or more files?",
            set.size(), options.batch_size, options.ranks));
    }
    if (start.batch > batches) {
        throw core::InputError(fmt::format(
            "cannot go on at batch {} of an epoch of {} (the position comes from another run). Has the data "
            "set, the batch size or the number of ranks changed?",
            start.batch, batches));
    }
    return start.batch == batches ? ShowerLoader::Position{start.epoch + 1, 0} : start;
}

}  // namespace

struct ShowerLoader::Impl {
    Impl(ShowerSet set, LoaderOptions options, Position start)
        : position(checked(set, options, start)),
          batches_per_epoch(EpochOrder::batches(set.size(), options)),
          prefetch(std::max<std::size_t>(1, options.prefetch)),
          buffer(std::move(set), options, position),
          reader([this] { read(); }) {}

    ~Impl() {
        {
            const std::lock_guard lock(mutex);
            stopping = true;
        }
        changed.notify_all();
        reader.join();
    }

    /// The reader's life. The batch in the making counts among those made ahead: room is awaited first.
    void read() {
        const auto go_on = [this] {
            const std::lock_guard lock(mutex);
            return !stopping;
        };
        try {
            while (true) {
                {
                    std::unique_lock lock(mutex);
                    changed.wait(lock, [this] { return stopping || ready.size() < prefetch; });
                    if (stopping) return;
                }
                ShowerBatch batch;
                if (!buffer.next(batch, go_on)) return;
                {
                    const std::lock_guard lock(mutex);
                    ready.push_back(std::move(batch));
                }
                changed.notify_all();
                buffer.read_ahead(go_on);
            }
        } catch (...) {
            const std::lock_guard lock(mutex);
            failure = std::current_exception();
        }
        changed.notify_all();
    }

    Position position;
    const std::size_t batches_per_epoch;
    const std::size_t prefetch;
    ShuffleBuffer buffer;  ///< the reader's own

    std::mutex mutex;  ///< guards what follows
    std::condition_variable changed;
    std::deque<ShowerBatch> ready;
    std::exception_ptr failure;
    bool stopping = false;

    std::thread reader;  ///< last, so that all it uses is there before it starts
};

ShowerLoader::ShowerLoader(ShowerSet set, LoaderOptions options, Position start)
    : impl_(std::make_unique<Impl>(std::move(set), options, start)) {}

ShowerLoader::~ShowerLoader() = default;

ShowerBatch ShowerLoader::next() {
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait(lock, [this] { return !impl_->ready.empty() || impl_->failure; });
    if (impl_->ready.empty()) std::rethrow_exception(impl_->failure);
    ShowerBatch batch = std::move(impl_->ready.front());
    impl_->ready.pop_front();
    lock.unlock();
    impl_->changed.notify_all();
    Position& position = impl_->position;
    if (++position.batch == impl_->batches_per_epoch) position = {position.epoch + 1, 0};
    return batch;
}

ShowerLoader::Position ShowerLoader::position() const {
    return impl_->position;
}

std::size_t ShowerLoader::batches_per_epoch() const {
    return impl_->batches_per_epoch;
}

}  // namespace caloforge::data
