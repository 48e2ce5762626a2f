#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/Error.hh"

namespace caloforge::comm {

/// An error that all ranks know of: the first rank tells it, all end with its exit code.
struct AgreedError : core::Error {
    using core::Error::Error;
};

/// What the processes (ranks) of one training say to each other. All ranks call the same functions in the
/// same order. One thread at a time. A rank that waits for another longer than the patience ends the whole
/// training with a message that names those that do not answer, unless they are busy.
class Communicator {
  public:
    virtual ~Communicator() = default;

    virtual std::size_t rank() const = 0;
    virtual std::size_t ranks() const = 0;
    bool first() const { return rank() == 0; }

    /// A sum on its way.
    class Pending {
      public:
        virtual ~Pending() = default;
        /// Lets it go on, returns at once.
        virtual void advance() = 0;
        /// The numbers are the sums afterwards.
        virtual void wait() = 0;
    };
    /// Replaces every number by its sum over the ranks, the same bits on all. `values` must stay where they
    /// are until wait() has returned.
    virtual std::unique_ptr<Pending> start_sum(std::span<float> values) = 0;
    virtual std::unique_ptr<Pending> start_sum(std::span<double> values) = 0;
    void sum(std::span<float> values) { start_sum(values)->wait(); }
    void sum(std::span<double> values) { start_sum(values)->wait(); }

    /// The first rank's text, on all.
    virtual std::string broadcast(const std::string& text) = 0;
    /// Every rank's text, on all, by rank.
    virtual std::vector<std::string> gather(const std::string& text) = 0;

    /// Seconds after which a rank that is waited for counts as lost, unless it says that it is busy.
    virtual void set_patience(double seconds) = 0;
    /// Runs `work`, which may take longer than the others' patience and must not communicate: meanwhile this
    /// rank answers those that ask whether it is still there, and they wait up to an hour, or their patience
    /// if that is longer. Throws what `work` throws.
    virtual void busy(const std::function<void()>& work) { work(); }
    /// Ends the training on all ranks because of something that only this one knows of.
    [[noreturn]] virtual void abandon(core::ExitCode code, const std::string& message) = 0;
    /// All ranks part in peace; afterwards nothing else is called.
    virtual void leave() = 0;
};

/// One rank, alone.
class SerialCommunicator : public Communicator {
  public:
    std::size_t rank() const override { return 0; }
    std::size_t ranks() const override { return 1; }
    std::unique_ptr<Pending> start_sum(std::span<float>) override;
    std::unique_ptr<Pending> start_sum(std::span<double>) override;
    std::string broadcast(const std::string& text) override { return text; }
    std::vector<std::string> gather(const std::string& text) override { return {text}; }
    void set_patience(double) override {}
    [[noreturn]] void abandon(core::ExitCode code, const std::string& message) override;
    void leave() override {}
};

/// The one to use where there are no ranks.
Communicator& alone();

}  // namespace caloforge::comm
