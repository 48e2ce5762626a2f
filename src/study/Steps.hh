#pragma once

#include <string>

#include "core/Clock.hh"
#include "core/Json.hh"
#include "core/Log.hh"
#include "core/RunRecord.hh"

namespace caloforge::study {

/// Announces and times the steps of a command as they pass, for run.json and for the page.
class Steps {
  public:
    explicit Steps(core::RunRecord& record) : record_(record) {}

    /// What `work` returns.
    template <class Work>
    auto operator()(const std::string& what, Work&& work) {
        core::info("{} ...", what);
        const auto start = core::Clock::now();
        auto result = work();
        const double seconds = core::seconds_since(start);
        record_.add_time(what, seconds);
        timings_.push_back({{"what", what}, {"seconds", seconds}});
        return result;
    }
    /// [{"what", "seconds"}]
    const core::Json& timings() const { return timings_; }

  private:
    core::RunRecord& record_;
    core::Json timings_ = core::Json::array();
};

}  // namespace caloforge::study
