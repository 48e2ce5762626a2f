#pragma once

#include <cstddef>

namespace caloforge::comm {

/// What ranks tell each other apart from collectives, to find those that are lost.
struct Sign {
    enum Kind : unsigned long long {
        call,     ///< who is there?
        waiting,  ///< an answer: waits in a collective, too
        working   ///< an answer: is busy
    };
    unsigned long long kind = call;
    unsigned long long roll = 0;  ///< which call of the caller's this is, or answers
};

/// What RankCommunicator asks of a message-passing library: a plug-in that is loaded when ranks are asked
/// for, so that the program runs where there is no such library. Calls return at once unless it is said
/// otherwise; nothing throws.
class Transport {
  public:
    virtual ~Transport() = default;
    virtual int rank() const noexcept = 0;
    virtual int ranks() const noexcept = 0;

    using Ticket = int;
    enum class Type { float32, float64 };
    enum class State { going_on, done, failed };
    /// Collectives; memory stays in use until state() is no longer `going_on`, which also ends the ticket.
    virtual Ticket start_sum(void* values, std::size_t count, Type type) noexcept = 0;
    virtual Ticket start_broadcast(void* bytes, std::size_t count) noexcept = 0;
    /// `count` bytes of every rank, by rank, to `all`.
    virtual Ticket start_gather(const void* mine, std::size_t count, void* all) noexcept = 0;
    virtual State state(Ticket ticket) noexcept = 0;
    /// The library's words for the last failure.
    virtual const char* failure() const noexcept = 0;

    /// Sends a sign of life, and forgets it: the other side may be gone.
    virtual void send(int to, Sign sign) noexcept = 0;
    /// Takes a sign of life that has arrived; false when there is none.
    virtual bool heard(int& from, Sign& sign) noexcept = 0;
    /// Whether send() and heard() may be called from another thread than the rest, though never at once.
    virtual bool any_thread() const noexcept = 0;

    /// Waits for all ranks.
    virtual void leave() noexcept = 0;
    /// Ends all ranks that can be reached.
    virtual void abort(int code) noexcept = 0;
};

/// The function by which a plug-in is entered: null, with the reason in `error`, when it cannot begin.
using MakeTransport = Transport* (*)(char* error, std::size_t error_size);
inline constexpr const char* make_transport_name = "caloforge_make_transport";

}  // namespace caloforge::comm
