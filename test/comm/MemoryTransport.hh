#pragma once

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "comm/Transport.hh"

namespace caloforge::comm::test {

/// What the transports of several ranks, threads of one process, have in common.
struct Memory {
    explicit Memory(int count) : ranks(count), letters(static_cast<std::size_t>(count)) {}
    struct Letter {
        int from;
        Sign sign;
    };
    struct Meeting {
        int arrived = 0, read = 0;
        std::vector<double> sum;
        std::map<int, std::vector<char>> texts;
    };
    int ranks;
    bool any_thread = true;
    std::atomic<bool> stuck = false;  ///< nothing but signs arrives
    std::mutex mutex;
    std::map<int, Meeting> meetings;  ///< by ticket: the same on all ranks
    std::vector<std::deque<Letter>> letters;
};

/// A transport through memory: collectives and signs arrive at once. abort() ends the process.
class MemoryTransport : public Transport {
  public:
    MemoryTransport(Memory& memory, int rank) : memory_(memory), rank_(rank) {}
    int rank() const noexcept override { return rank_; }
    int ranks() const noexcept override { return memory_.ranks; }

    Ticket start_sum(void* values, std::size_t count, Type type) noexcept override {
        if (type != Type::float64) std::abort();  // not needed
        auto* numbers = static_cast<double*>(values);
        return arrive(
            [&](Memory::Meeting& meeting) {
                meeting.sum.resize(count);
                for (std::size_t i = 0; i < count; ++i) meeting.sum[i] += numbers[i];
            },
            [=](const Memory::Meeting& meeting) {
                std::copy(meeting.sum.begin(), meeting.sum.end(), numbers);
            });
    }
    Ticket start_broadcast(void* bytes, std::size_t count) noexcept override {
        auto* text = static_cast<char*>(bytes);
        return arrive(
            [&](Memory::Meeting& meeting) { meeting.texts[rank_].assign(text, text + count); },
            [=](const Memory::Meeting& meeting) { std::memcpy(text, meeting.texts.at(0).data(), count); });
    }
    Ticket start_gather(const void* mine, std::size_t count, void* all) noexcept override {
        const auto* text = static_cast<const char*>(mine);
        return arrive([&](Memory::Meeting& meeting) { meeting.texts[rank_].assign(text, text + count); },
                      [=](const Memory::Meeting& meeting) {
                          for (const auto& [r, part] : meeting.texts) {
                              std::memcpy(static_cast<char*>(all) + static_cast<std::size_t>(r) * count,
                                          part.data(), count);
                          }
                      });
    }
    State state(Ticket ticket) noexcept override {
        const std::lock_guard lock(memory_.mutex);
        Memory::Meeting& meeting = memory_.meetings[ticket];
        if (memory_.stuck || meeting.arrived < memory_.ranks) return State::going_on;
        read_.at(ticket)(meeting);
        read_.erase(ticket);
        if (++meeting.read == memory_.ranks) memory_.meetings.erase(ticket);
        return State::done;
    }
    const char* failure() const noexcept override { return ""; }

    void send(int to, Sign sign) noexcept override {
        const std::lock_guard lock(memory_.mutex);
        memory_.letters[static_cast<std::size_t>(to)].push_back({rank_, sign});
    }
    bool heard(int& from, Sign& sign) noexcept override {
        const std::lock_guard lock(memory_.mutex);
        auto& mine = memory_.letters[static_cast<std::size_t>(rank_)];
        if (mine.empty()) return false;
        from = mine.front().from;
        sign = mine.front().sign;
        mine.pop_front();
        return true;
    }
    bool any_thread() const noexcept override { return memory_.any_thread; }
    void leave() noexcept override {}
    void abort(int code) noexcept override { std::_Exit(code); }

  private:
    template <class Give>
    Ticket arrive(const Give& give, std::function<void(const Memory::Meeting&)> read) {
        const std::lock_guard lock(memory_.mutex);
        Memory::Meeting& meeting = memory_.meetings[++last_];
        give(meeting);
        ++meeting.arrived;
        read_[last_] = std::move(read);
        return last_;
    }

    Memory& memory_;
    int rank_;
    Ticket last_ = 0;
    std::map<Ticket, std::function<void(const Memory::Meeting&)>> read_;
};

}  // namespace caloforge::comm::test
