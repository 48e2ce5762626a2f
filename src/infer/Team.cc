#include "infer/Team.hh"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/Machine.hh"

namespace caloforge::infer {
namespace {

/// Threads that do one thing together whenever they are told to.
class Crew {
  public:
    explicit Crew(std::size_t threads) {
        for (std::size_t i = 0; i < threads; ++i) {
            threads_.emplace_back([this, i](const std::stop_token& stop) { serve(stop, i + 1); });
        }
    }
    ~Crew() {
        for (auto& thread : threads_) thread.request_stop();
        begin_.notify_all();
    }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    /// work(0) here, work(1) ... work(helpers) on the first of the threads; throws what one of them threw.
    void together(std::size_t helpers, const std::function<void(std::size_t)>& work) {
        {
            const std::lock_guard lock(mutex_);
            work_ = &work;
            helpers_ = helpers;
            busy_ = helpers;
            ++round_;
        }
        begin_.notify_all();
        attempt(work, 0);
        std::unique_lock lock(mutex_);
        end_.wait(lock, [this] { return busy_ == 0; });
        work_ = nullptr;
        if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
    }

  private:
    void attempt(const std::function<void(std::size_t)>& work, std::size_t number) {
        try {
            work(number);
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!error_) error_ = std::current_exception();
        }
    }

    void serve(const std::stop_token& stop, std::size_t number) {
        std::uint64_t seen = 0;
        std::unique_lock lock(mutex_);
        for (;;) {
            begin_.wait(lock, stop, [&] { return round_ != seen; });
            if (stop.stop_requested()) return;
            seen = round_;
            if (number > helpers_) continue;
            const auto& work = *work_;
            lock.unlock();
            attempt(work, number);
            lock.lock();
            if (--busy_ == 0) end_.notify_all();
        }
    }

    std::mutex mutex_;
    std::condition_variable_any begin_;
    std::condition_variable end_;
    const std::function<void(std::size_t)>* work_ = nullptr;
    std::size_t helpers_ = 0;
    std::size_t busy_ = 0;
    std::uint64_t round_ = 0;
    std::exception_ptr error_;
    std::vector<std::jthread> threads_;  ///< the last: joined before the rest goes
};

}  // namespace

struct Team::Impl {
    Impl(Model given, int wanted)
        : model(std::move(given)),
          threads(model.backend().at_once() == 0
                      ? 1
                      : core::thread_count(static_cast<std::size_t>(std::max(wanted, 0)))),
          crew(threads - 1) {}

    Model model;
    std::size_t threads;
    std::vector<Session> sessions;  ///< made when they are first wanted
    Crew crew;
};

Team::Team(Model model, int threads) : impl_(std::make_unique<Impl>(std::move(model), threads)) {}
Team::~Team() = default;
Team::Team(Team&&) noexcept = default;
Team& Team::operator=(Team&&) noexcept = default;

const Model& Team::model() const {
    return impl_->model;
}

int Team::threads() const {
    return std::max(static_cast<int>(impl_->threads), impl_->model.backend().own_threads());
}

sample::Columns Team::run(std::span<const sample::Key> keys, const sample::ColumnsView& given) {
    const Model& model = impl_->model;
    const std::size_t count = keys.size();
    const std::size_t largest = model.backend().at_once() == 0 ? count : model.backend().at_once();
    // Of a small batch every thread has a part, unless that would be too small to be worth it.
    const std::size_t least = std::max<std::size_t>(model.backend().at_least(), 1);
    const std::size_t block = std::clamp<std::size_t>((count + impl_->threads - 1) / impl_->threads, least,
                                                      std::max(largest, least));
    const std::size_t blocks = (count + block - 1) / block;
    const std::size_t workers = std::min(impl_->threads, std::max<std::size_t>(blocks, 1));
    auto& sessions = impl_->sessions;
    while (sessions.size() < workers) sessions.push_back(model.session());
    if (workers == 1) return sessions[0].run(keys, given);

    sample::Columns out = sessions[0].prepare(keys, given);
    const sample::ColumnsView all = out.view();
    // Whoever is free takes the next block: a writer or another program may hold up one of the threads.
    std::atomic<std::size_t> next = 0;
    impl_->crew.together(workers - 1, [&](std::size_t worker) {
        for (std::size_t taken = next++; taken < blocks; taken = next++) {
            const std::size_t begin = taken * block, end = std::min(count, begin + block);
            std::vector<std::span<float>> outputs;
            for (const sample::Field& field : model.outputs()) {
                outputs.push_back(out.values(field.name)
                                      .subspan(begin * field.elements(), (end - begin) * field.elements()));
            }
            sessions[worker].run(keys.subspan(begin, end - begin), all.part(begin, end - begin), outputs);
        }
    });
    return out;
}

}  // namespace caloforge::infer
