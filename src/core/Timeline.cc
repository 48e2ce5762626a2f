#include "core/Timeline.hh"

#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace caloforge::core::timeline {
namespace {

struct Event {
    std::string name;
    const char* category;
    Clock::time_point start, end;
    std::thread::id thread;
};

struct Recording {
    std::mutex mutex;
    Clock::time_point zero;
    std::vector<Event> events;
};

Recording& the_recording() {
    static Recording recording;
    return recording;
}

void add(std::string name, const char* category, Clock::time_point start) {
    Recording& all = the_recording();
    const auto now = Clock::now();
    const std::lock_guard lock(all.mutex);
    if (!on() || start < all.zero) return;  // begun before the recording was
    all.events.push_back({std::move(name), category, start, now, std::this_thread::get_id()});
}

double microseconds(Clock::duration duration) {
    return std::chrono::duration<double, std::micro>(duration).count();
}

thread_local Chain* innermost = nullptr;

}  // namespace

void begin() {
    Recording& all = the_recording();
    const std::lock_guard lock(all.mutex);
    all.events.clear();
    all.zero = Clock::now();
    recording = true;
}

Json end(std::size_t process, const std::string& process_name) {
    Recording& all = the_recording();
    const std::lock_guard lock(all.mutex);
    recording = false;
    Json events = Json::array();
    events.push_back(
        {{"ph", "M"}, {"name", "process_name"}, {"pid", process}, {"args", {{"name", process_name}}}});
    std::unordered_map<std::thread::id, std::size_t> threads;
    for (const Event& event : all.events) {
        const std::size_t thread = threads.try_emplace(event.thread, threads.size()).first->second;
        events.push_back({{"ph", "X"},
                          {"name", event.name},
                          {"cat", event.category},
                          {"pid", process},
                          {"tid", thread},
                          {"ts", microseconds(event.start - all.zero)},
                          {"dur", microseconds(event.end - event.start)}});
    }
    all.events.clear();
    return {{"traceEvents", events}, {"displayTimeUnit", "ms"}};
}

void Span::open(std::string_view name, const char* category) {
    name_ = name;
    category_ = category;
    start_ = Clock::now();
}

void Span::close() {
    add(std::move(name_), category_, start_);
}

Chain::Chain(const char* category) : category_(category), outer_(innermost) {
    innermost = this;
}

Chain::~Chain() {
    end_part();
    innermost = outer_;
}

void Chain::next(std::string_view name) {
    if (innermost == nullptr) return;
    innermost->end_part();
    if (!on()) return;
    innermost->name_ = name;
    innermost->start_ = Clock::now();
}

void Chain::end_part() {
    if (!name_.empty()) add(std::move(name_), category_, start_);
    name_.clear();
}

}  // namespace caloforge::core::timeline
