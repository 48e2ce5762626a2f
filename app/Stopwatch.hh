#pragma once

#include <functional>
#include <vector>

#include "core/Json.hh"

namespace caloforge::app {

/// Repeated times of one piece of work, seconds.
class Timings {
  public:
    void add(double seconds) { seconds_.push_back(seconds); }
    double median() const;
    /// Half the distance between the quartiles, relative to the median.
    double spread() const;
    std::size_t repeats() const { return seconds_.size(); }

  private:
    double quantile(double q) const;
    std::vector<double> seconds_;
};

/// Runs `work` once to warm up, then at least `least` times and for at least `seconds`.
Timings time_repeatedly(const std::function<void()>& work, double seconds, std::size_t least = 5);

/// {"machine": ..., "results": [...]} (doc/design.md).
core::Json bench_json(core::Json results);

}  // namespace caloforge::app
