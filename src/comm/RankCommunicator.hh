#pragma once

#include <memory>

#include "comm/Communicator.hh"
#include "comm/Transport.hh"

namespace caloforge::comm {

/// Many ranks, over a Transport that was made by a plug-in (it is never destroyed: it ends with the process).
/// Waiting ranks give the core away.
class RankCommunicator final : public Communicator {
  public:
    explicit RankCommunicator(Transport& transport);

    std::size_t rank() const override { return static_cast<std::size_t>(transport_.rank()); }
    std::size_t ranks() const override { return static_cast<std::size_t>(transport_.ranks()); }
    std::unique_ptr<Pending> start_sum(std::span<float> values) override;
    std::unique_ptr<Pending> start_sum(std::span<double> values) override;
    std::string broadcast(const std::string& text) override;
    std::vector<std::string> gather(const std::string& text) override;
    void set_patience(double seconds) override { patience_ = seconds; }
    void busy(const std::function<void()>& work) override;
    [[noreturn]] void abandon(core::ExitCode code, const std::string& message) override;
    void leave() override;

    static constexpr double usual_patience = 40;  ///< seconds
    static constexpr double longest_work = 3600;  ///< seconds that a busy rank is waited for

  private:
    class Sum;
    struct Collective {
        Transport::Ticket ticket;
        const char* what;
    };
    bool done(const Collective& collective);
    void wait(const Collective& collective);
    /// Tells those that ask that this rank is there; other signs come too late and are dropped.
    void answer(Sign::Kind kind);
    /// Asks who is there: returns true when the collective has ended meanwhile, false when ranks are busy,
    /// and ends the training when one is silent, or when nobody is busy and still nothing arrives.
    bool call_the_roll(const Collective& collective, double waited);
    std::string name(std::size_t rank) const;

    Transport& transport_;
    std::vector<std::string> hosts_;  ///< by rank
    double patience_ = usual_patience;
    unsigned long long rolls_ = 0;
};

}  // namespace caloforge::comm
