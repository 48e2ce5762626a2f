#include "core/Progress.hh"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "core/Log.hh"

namespace caloforge::core {
namespace {
constexpr std::chrono::milliseconds terminal_interval{100};
constexpr std::chrono::seconds plain_interval{10};
constexpr int bar_width = 24;
}  // namespace

Progress::Progress(std::string what, std::uint64_t total, std::string unit, std::uint64_t done)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      total_(total),
      first_(done),
      done_(done),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    if (drawn_) std::fputs("\n", stderr);
}

double Progress::rate() const {
    const double seconds = seconds_since(start_);
    return seconds > 0 ? static_cast<double>(done_ - first_) / seconds : 0;
}

void Progress::update(std::uint64_t done, const std::string& note) {
    done_ = done;
    const auto now = Clock::now();
    if (now - printed_ < (terminal_ ? Clock::duration(terminal_interval) : Clock::duration(plain_interval)) &&
        !(terminal_ && done_ == total_)) {
        return;
    }
    printed_ = now;
    print(note);
}

void Progress::print(const std::string& note) {
    const double speed = rate();
    const bool known = total_ >= done_;
    const double share = known && total_ > 0 ? static_cast<double>(done_) / static_cast<double>(total_) : 1;
    const std::string left = speed > 0 ? readable_duration(static_cast<double>(total_ - done_) / speed) : "?";
    const std::string text =
        (known ? fmt::format("{}/{} {}, {:.3g}/s, {} left", done_, total_, unit_, speed, left)
               : fmt::format("{} {}, {:.3g}/s", done_, unit_, speed)) +
        (note.empty() ? "" : "  " + note);
    if (!terminal_) {
        log_info(known ? fmt::format("{}: {:.0f} %, {}", what_, 100 * share, text)
                       : fmt::format("{}: {}", what_, text));
        return;
    }
    const int full = known ? static_cast<int>(share * bar_width) : 0;
    fmt::print(stderr, "\r\x1b[K{} [{:=<{}}{: <{}}] {}", what_, "", full, "", bar_width - full, text);
    std::fflush(stderr);
    drawn_ = true;
}

std::string readable_duration(double seconds) {
    const auto whole = static_cast<std::int64_t>(seconds + 0.5);
    if (whole >= 3600) return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
    if (whole >= 60) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} s", whole);
}

}  // namespace caloforge::core
