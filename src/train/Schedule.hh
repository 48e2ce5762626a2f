#pragma once

#include <cstdint>

#include "core/Json.hh"

namespace caloforge::train {

/// How far a training has come: what a learning rate follows that falls towards the end. The end may be
/// moved while the training goes on; what counts as done stays so.
class Schedule {
  public:
    /// Ends after so many steps. 0: nobody knows yet, and nothing counts as done.
    explicit Schedule(std::uint64_t end = 0) : end_(end) {}

    /// The step behind the last one; 0: not known yet.
    std::uint64_t end() const { return end_; }
    /// Share of the training that is done before `step`, 0 to 1.
    double done(std::uint64_t step) const;
    /// From `step` on the share rises evenly from where it stands to 1 at `end`, which lies behind `step`.
    void move_end(std::uint64_t step, std::uint64_t end);

    core::Json json() const;
    /// Throws InputError when a member is missing.
    static Schedule from_json(const core::Json& json);

  private:
    std::uint64_t from_ = 0;  ///< where the end was moved last
    double done_from_ = 0;    ///< share done there
    std::uint64_t end_ = 0;
};

}  // namespace caloforge::train
