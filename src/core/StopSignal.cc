#include "core/StopSignal.hh"

#include <atomic>
#include <csignal>

namespace caloforge::core {
namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the flag is set in a signal handler");

extern "C" void on_signal(int number) {
    if (stop.exchange(true)) {
        std::signal(number, SIG_DFL);
        std::raise(number);
    }
}

}  // namespace

void watch_stop_signals() {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    std::signal(SIGUSR1, on_signal);
    // Under nohup it stays ignored.
    if (std::signal(SIGHUP, SIG_IGN) != SIG_IGN) std::signal(SIGHUP, on_signal);
}

bool stop_requested() {
    return stop.load(std::memory_order_relaxed);
}

void request_stop(bool value) {
    stop.store(value);
}

}  // namespace caloforge::core
