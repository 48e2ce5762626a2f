#include "comm/RankCommunicator.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <thread>

#include "core/Clock.hh"
#include "core/Log.hh"
#include "core/Machine.hh"
#include "core/Timeline.hh"

namespace caloforge::comm {
namespace {

using core::Clock;
using core::seconds_since;

constexpr double answer_seconds = 5;  ///< in which a living rank answers
constexpr double quiet_seconds = 1;   ///< of waiting without a look for calls: less than answers may take
constexpr unsigned end_seconds = 8;   ///< after which a process ends that the library keeps from ending
constexpr std::chrono::milliseconds pause_of_the_busy{100};  ///< between two looks for calls

/// Looks often at first, then more and more seldom: what takes long is worth a millisecond, and ranks that
/// share a core leave it to those that work.
class Nap {
  public:
    void operator()() {
        // Large messages move on only while somebody looks, a piece at a time.
        if (Clock::now() - start_ < eager) {
            std::this_thread::yield();
            return;
        }
        std::this_thread::sleep_for(pause_);
        pause_ = std::min(pause_ + pause_ / 8, longest);
    }

  private:
    static constexpr std::chrono::microseconds longest{1000};
    static constexpr std::chrono::milliseconds eager{30};
    Clock::time_point start_ = Clock::now();
    std::chrono::microseconds pause_{20};
};

}  // namespace

class RankCommunicator::Sum : public Communicator::Pending {
  public:
    Sum(RankCommunicator& owner, Collective collective) : owner_(owner), collective_(collective) {}
    void advance() override { done_ = done_ || owner_.done(collective_); }
    void wait() override {
        if (!done_) owner_.wait(collective_);
        done_ = true;
    }

  private:
    RankCommunicator& owner_;
    Collective collective_;
    bool done_ = false;
};

RankCommunicator::RankCommunicator(Transport& transport) : transport_(transport) {
    hosts_.resize(ranks(), "?");  // until they are known
    hosts_ = gather(core::host_name());
    if (transport_.any_thread() || !first()) return;
    core::warning(
        "this MPI lets one thread alone communicate (no MPI_THREAD_SERIALIZED): a rank that is busy for "
        "longer "
        "than training.patience is taken for lost. Raise it?");
}

std::string RankCommunicator::name(std::size_t rank) const {
    return fmt::format("rank {} of {} (host {}{})", rank, ranks(), hosts_[rank],
                       rank == this->rank() ? fmt::format(", process {}", getpid()) : "");
}

bool RankCommunicator::done(const Collective& collective) {
    switch (transport_.state(collective.ticket)) {
        case Transport::State::going_on:
            return false;
        case Transport::State::done:
            return true;
        case Transport::State::failed:
            break;
    }
    abandon(core::ExitCode::failed, fmt::format("the {} failed: {}. Has another rank ended, or the network?",
                                                collective.what, transport_.failure()));
}

void RankCommunicator::wait(const Collective& collective) {
    const core::timeline::Span span(collective.what, "waiting for ranks");
    const auto start = Clock::now();
    double heard_of_all = 0;
    Nap nap;
    while (!done(collective)) {
        nap();
        const double waited = seconds_since(start);
        if (waited > quiet_seconds) answer(Sign::waiting);
        if (waited - heard_of_all <= patience_) continue;
        if (call_the_roll(collective, waited)) return;
        heard_of_all = waited;
    }
}

void RankCommunicator::busy(const std::function<void()>& work) {
    if (!transport_.any_thread()) {
        work();
        return;
    }
    const std::jthread answering([this](const std::stop_token& over) {
        std::mutex mutex;
        std::condition_variable_any woken;
        std::unique_lock lock(mutex);
        while (!woken.wait_for(lock, over, pause_of_the_busy, [&] { return over.stop_requested(); }))
            answer(Sign::working);
    });
    work();
}

void RankCommunicator::answer(Sign::Kind kind) {
    int from = 0;
    Sign sign;
    while (transport_.heard(from, sign)) {
        if (sign.kind == Sign::call) transport_.send(from, {kind, sign.roll});
    }
}

bool RankCommunicator::call_the_roll(const Collective& collective, double waited) {
    ++rolls_;
    std::vector<std::optional<Sign>> answers(ranks());
    answers[rank()] = Sign{Sign::waiting, rolls_};
    for (std::size_t r = 0; r < ranks(); ++r) {
        if (r != rank()) transport_.send(static_cast<int>(r), {Sign::call, rolls_});
    }
    const auto is_there = [](const auto& answer) { return answer.has_value(); };
    const auto is_busy = [](const auto& answer) { return answer && answer->kind == Sign::working; };
    const auto start = Clock::now();
    while (seconds_since(start) < answer_seconds) {
        if (done(collective)) return true;
        int from = 0;
        Sign sign;
        while (transport_.heard(from, sign)) {
            if (sign.kind == Sign::call)
                transport_.send(from, {Sign::waiting, sign.roll});
            else if (sign.roll == rolls_)
                answers[static_cast<std::size_t>(from)] = sign;
        }
        if (std::ranges::all_of(answers, is_there) && std::ranges::any_of(answers, is_busy)) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::vector<std::string> silent, busy;
    for (std::size_t r = 0; r < ranks(); ++r) {
        if (!answers[r]) {
            silent.push_back(name(r));
        } else if (is_busy(answers[r])) {
            busy.push_back(name(r));
        }
    }
    if (silent.empty() && !busy.empty() && waited < longest_work) return false;
    const std::string cause =
        !silent.empty() ? fmt::format("no sign of life from {}. Does it hang, or is the network cut?",
                                      fmt::join(silent, ", "))
        : !busy.empty() ? fmt::format("{} is still busy. Does it hang? Else raise training.patience?",
                                      fmt::join(busy, ", "))
                        : "all ranks are there, but nothing arrives. Is the network that slow "
                          "(training.patience)? Or do they "
                          "not run the same command?";
    abandon(core::ExitCode::failed,
            fmt::format("waited {:.0f} s in vain for the {}: {}", waited, collective.what, cause));
}

std::unique_ptr<Communicator::Pending> RankCommunicator::start_sum(std::span<float> values) {
    return std::make_unique<Sum>(
        *this, Collective{transport_.start_sum(values.data(), values.size(), Transport::Type::float32),
                          "sum over ranks"});
}
std::unique_ptr<Communicator::Pending> RankCommunicator::start_sum(std::span<double> values) {
    return std::make_unique<Sum>(
        *this, Collective{transport_.start_sum(values.data(), values.size(), Transport::Type::float64),
                          "sum over ranks"});
}

std::string RankCommunicator::broadcast(const std::string& text) {
    unsigned long long size = text.size();
    wait(Collective{transport_.start_broadcast(&size, sizeof size), "broadcast"});
    std::string out = text;
    out.resize(size);
    wait(Collective{transport_.start_broadcast(out.data(), size), "broadcast"});
    return out;
}

std::vector<std::string> RankCommunicator::gather(const std::string& text) {
    const double size = static_cast<double>(text.size());
    std::vector<double> sizes(ranks());
    wait(Collective{transport_.start_gather(&size, sizeof size, sizes.data()), "gathering of texts"});
    const auto longest = static_cast<std::size_t>(*std::max_element(sizes.begin(), sizes.end()));
    std::string mine = text;
    mine.resize(longest);
    std::string all(longest * ranks(), ' ');
    wait(Collective{transport_.start_gather(mine.data(), longest, all.data()), "gathering of texts"});
    std::vector<std::string> out;
    for (std::size_t r = 0; r < ranks(); ++r)
        out.push_back(all.substr(r * longest, static_cast<std::size_t>(sizes[r])));
    return out;
}

void RankCommunicator::abandon(core::ExitCode code, const std::string& message) {
    core::log_error(fmt::format("{}: {}", name(rank()), message));
    // The library may wait for ranks that are gone; this process does not wait for the library.
    std::signal(SIGALRM, SIG_DFL);
    alarm(end_seconds);
    transport_.abort(static_cast<int>(code));
    std::_Exit(static_cast<int>(code));
}

void RankCommunicator::leave() {
    std::signal(SIGALRM, SIG_DFL);
    alarm(end_seconds);
    transport_.leave();
    alarm(0);
}

}  // namespace caloforge::comm
