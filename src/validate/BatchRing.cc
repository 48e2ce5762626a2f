#include "validate/BatchRing.hh"

namespace caloforge::validate {

void NumberedBatch::assign(const sample::ColumnsView& samples, std::size_t first) {
    const auto names = samples.names();
    values_.resize(names.size());
    view_ = sample::ColumnsView(samples.rows());
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto values = samples.values(names[i]);
        values_[i].assign(values.begin(), values.end());
        view_.add(names[i], values_[i]);
    }
    first_ = first;
}

void BatchRing::put(const sample::ColumnsView& samples, std::size_t first) {
    const std::size_t place = published_ % places;
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return pending_[place] == 0 || error_; });
        if (error_) std::rethrow_exception(error_);
    }
    // Nobody looks at this place until it is published.
    batches_[place].assign(samples, first);
    {
        const std::lock_guard lock(mutex_);
        pending_[place] = readers_;
        ++published_;
    }
    changed_.notify_all();
}

void BatchRing::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

const NumberedBatch* BatchRing::take(std::uint64_t turn) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return published_ > turn || closed_ || error_; });
    return published_ > turn && !error_ ? &batches_[turn % places] : nullptr;
}

void BatchRing::done(std::uint64_t turn) {
    bool free = false;
    {
        const std::lock_guard lock(mutex_);
        free = --pending_[turn % places] == 0;
    }
    if (free) changed_.notify_all();
}

void BatchRing::fail(std::exception_ptr error) {
    {
        const std::lock_guard lock(mutex_);
        if (!error_) error_ = std::move(error);
    }
    changed_.notify_all();
}

void BatchRing::rethrow() const {
    if (error_) std::rethrow_exception(error_);
}

}  // namespace caloforge::validate
