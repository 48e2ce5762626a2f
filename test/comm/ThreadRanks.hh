#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "comm/Communicator.hh"

namespace caloforge::comm::test {

/// Ranks as threads of one process: what they say to each other goes through memory.
class ThreadRanks {
  public:
    explicit ThreadRanks(std::size_t ranks) : ranks_(ranks), slots_(ranks) {}

    /// Runs `work` on every rank; rethrows what any of them threw.
    void run(const std::function<void(Communicator&)>& work) {
        std::vector<std::thread> threads;
        std::vector<std::exception_ptr> failures(ranks_);
        for (std::size_t r = 0; r < ranks_; ++r) {
            threads.emplace_back([&, r] {
                Rank rank(*this, r);
                try {
                    work(rank);
                } catch (...) {
                    failures[r] = std::current_exception();
                }
            });
        }
        for (auto& thread : threads) thread.join();
        for (const auto& failure : failures) {
            if (failure) std::rethrow_exception(failure);
        }
    }

  private:
    struct Slot {
        const void* data = nullptr;
        std::size_t size = 0;
    };

    /// Every rank shows its slot; `read` sees all of them before anybody goes on.
    template <class Read>
    void meet(std::size_t rank, Slot slot, const Read& read) {
        slots_[rank] = slot;
        wait_for_all();
        read(slots_);
        wait_for_all();
    }

    void wait_for_all() {
        std::unique_lock lock(mutex_);
        const std::size_t round = round_;
        if (++waiting_ == ranks_) {
            waiting_ = 0;
            ++round_;
            changed_.notify_all();
        } else {
            changed_.wait(lock, [&] { return round_ != round; });
        }
    }

    class Rank : public Communicator {
      public:
        Rank(ThreadRanks& group, std::size_t rank) : group_(group), rank_(rank) {}
        std::size_t rank() const override { return rank_; }
        std::size_t ranks() const override { return group_.ranks_; }
        std::unique_ptr<Pending> start_sum(std::span<float> values) override { return add(values); }
        std::unique_ptr<Pending> start_sum(std::span<double> values) override { return add(values); }
        std::string broadcast(const std::string& text) override { return gather(text)[0]; }
        std::vector<std::string> gather(const std::string& text) override {
            std::vector<std::string> out;
            group_.meet(rank_, {text.data(), text.size()}, [&](const std::vector<Slot>& slots) {
                for (const Slot& slot : slots)
                    out.emplace_back(static_cast<const char*>(slot.data), slot.size);
            });
            return out;
        }
        void set_patience(double) override {}
        [[noreturn]] void abandon(core::ExitCode code, const std::string& message) override {
            throw core::Error(code, message);
        }
        void leave() override {}

      private:
        struct Done : Pending {
            void advance() override {}
            void wait() override {}
        };
        template <class Number>
        std::unique_ptr<Pending> add(std::span<Number> values) {
            std::vector<Number> sums(values.size());
            group_.meet(rank_, {values.data(), values.size()}, [&](const std::vector<Slot>& slots) {
                for (const Slot& slot : slots) {
                    for (std::size_t i = 0; i < sums.size(); ++i)
                        sums[i] += static_cast<const Number*>(slot.data)[i];
                }
            });
            std::copy(sums.begin(), sums.end(), values.begin());
            return std::make_unique<Done>();
        }
        ThreadRanks& group_;
        std::size_t rank_;
    };

    std::size_t ranks_;
    std::vector<Slot> slots_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t waiting_ = 0, round_ = 0;
};

}  // namespace caloforge::comm::test
