#pragma once

#include <string>
#include <vector>

#include "comm/Communicator.hh"
#include "core/Clock.hh"

namespace caloforge::comm {

/// What a rank does between two looks at the clock: it computes, or it begins or waits for a sum.
struct RehearsedPart {
    enum class Kind { compute, start, wait };
    Kind kind = Kind::compute;
    double seconds = 0;      ///< compute
    std::size_t number = 0;  ///< start and wait: which sum since the recording began
    std::size_t count = 0;   ///< start: numbers in it
    std::size_t bytes = 0;   ///< start: of each number
};

/// One process that believes to be the first of `ranks` whose numbers are all the same, and writes down what
/// it computes and sums and in which order: what a simulated cluster replays (bench/scaling). Nothing is
/// sent.
class Rehearsal final : public Communicator {
  public:
    explicit Rehearsal(std::size_t ranks) : ranks_(ranks) {}

    std::size_t rank() const override { return 0; }
    std::size_t ranks() const override { return ranks_; }
    std::unique_ptr<Pending> start_sum(std::span<float> values) override;
    std::unique_ptr<Pending> start_sum(std::span<double> values) override;
    std::string broadcast(const std::string& text) override { return text; }
    std::vector<std::string> gather(const std::string& text) override {
        return std::vector<std::string>(ranks_, text);
    }
    void set_patience(double) override {}
    [[noreturn]] void abandon(core::ExitCode code, const std::string& message) override;
    void leave() override {}

    /// Begins a new recording now.
    void record();
    /// What has happened since record(), up to now.
    std::vector<RehearsedPart> recorded();

  private:
    class Sum;
    template <class Number>
    std::unique_ptr<Pending> start(std::span<Number> values);
    /// Everything since the last look was computing.
    void computed();

    std::size_t ranks_;
    std::vector<RehearsedPart> parts_;
    std::size_t sums_ = 0;
    core::Clock::time_point since_ = core::Clock::now();
};

}  // namespace caloforge::comm
