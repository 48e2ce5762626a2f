#pragma once

#include <cstdint>
#include <filesystem>

#include "comm/Communicator.hh"

namespace caloforge::train {

/// Writes where the time of some steps of a run goes, behind one that warms up, to a file in Chrome's trace
/// format, a process per rank. All ranks or none, in step.
class StepTimeline {
  public:
    /// An empty path writes nothing.
    StepTimeline(std::filesystem::path file, comm::Communicator& communicator)
        : file_(std::move(file)), communicator_(communicator) {}

    /// Before step `number` of the run, which counts from 0.
    void before(std::uint64_t number);
    /// Behind it; `last` of the run.
    void behind(std::uint64_t number, bool last);

    static constexpr std::uint64_t first_step = 1, steps = 5;

  private:
    void write();

    std::filesystem::path file_;
    comm::Communicator& communicator_;
};

}  // namespace caloforge::train
