#pragma once

#include <cstdint>
#include <string>

#include "core/Clock.hh"

namespace caloforge::core {

/// Progress of a long run on stderr: a bar with rate and ETA on a terminal, a plain line every ten seconds
/// elsewhere. One thread at a time.
class Progress {
  public:
    /// `total` units of work called `unit` ("showers"); `done` were there before (a resumed run).
    Progress(std::string what, std::uint64_t total, std::string unit, std::uint64_t done = 0);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `done` units in all; `note` (losses, say) is shown behind. Prints only when something is due.
    void update(std::uint64_t done, const std::string& note = "");
    /// It turned out to be another number of units; 0: not known.
    void set_total(std::uint64_t total) { total_ = total; }
    /// Units per second since the start.
    double rate() const;

  private:
    void print(const std::string& note);

    std::string what_;
    std::string unit_;
    std::uint64_t total_;
    std::uint64_t first_;
    std::uint64_t done_;
    bool terminal_;
    bool drawn_ = false;
    Clock::time_point start_ = Clock::now();
    Clock::time_point printed_ = start_;
};

/// "1 h 02 min", "3 min 20 s", "12 s".
std::string readable_duration(double seconds);

}  // namespace caloforge::core
