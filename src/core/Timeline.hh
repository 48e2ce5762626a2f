#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "core/Clock.hh"
#include "core/Json.hh"

/// Where time goes, as events of the Chrome trace format (chrome://tracing, ui.perfetto.dev). One recording
/// per process; any thread may add to it. While none is on, an event costs the look at a flag.
namespace caloforge::core::timeline {

inline std::atomic<bool> recording{false};
inline bool on() {
    return recording.load(std::memory_order_relaxed);
}

/// Forgets what was recorded; times count from now.
void begin();
/// Ends the recording: {"traceEvents": [...]} with this process' events under the number `process`.
Json end(std::size_t process, const std::string& process_name);

/// From its construction to its end, on this thread. `category` lives as long as the program.
class Span {
  public:
    Span(std::string_view name, const char* category) {
        if (on()) open(name, category);
    }
    ~Span() {
        if (category_ != nullptr) close();
    }
    Span(const Span&) = delete;
    Span& operator=(const Span&) = delete;
    /// For work that turned out to be more than was thought at its beginning.
    void rename(std::string_view name) { name_ = name; }

  private:
    void open(std::string_view name, const char* category);
    void close();
    std::string name_;
    const char* category_ = nullptr;
    Clock::time_point start_;
};

/// Work whose parts are known by their beginnings alone: next() ends the part before, the end of the chain
/// the last one. Of the innermost chain on this thread.
class Chain {
  public:
    explicit Chain(const char* category);
    ~Chain();
    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;
    /// Nothing when there is no chain.
    static void next(std::string_view name);

  private:
    void end_part();
    const char* category_;
    Chain* outer_;
    std::string name_;  ///< of the part that goes on; "": none
    Clock::time_point start_;
};

}  // namespace caloforge::core::timeline
