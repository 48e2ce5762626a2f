// The plug-in libcaloforge_mpi.so: Transport over MPI. Apart from the library `comm`, which does without MPI.
#include <mpi.h>

#include <cstdio>
#include <list>
#include <map>
#include <vector>

#include "comm/Transport.hh"

namespace caloforge::comm {
namespace {

constexpr int life_tag = 7;

class MpiTransport : public Transport {
  public:
    explicit MpiTransport(bool any_thread) : any_thread_(any_thread) {
        // A communicator of our own, on which errors come back instead of ending the program without our
        // words.
        MPI_Comm_dup(MPI_COMM_WORLD, &world_);
        MPI_Comm_set_errhandler(world_, MPI_ERRORS_RETURN);
        MPI_Comm_rank(world_, &rank_);
        MPI_Comm_size(world_, &ranks_);
    }

    int rank() const noexcept override { return rank_; }
    int ranks() const noexcept override { return ranks_; }

    Ticket start_sum(void* values, std::size_t count, Type type) noexcept override {
        MPI_Request request = MPI_REQUEST_NULL;
        const int error =
            MPI_Iallreduce(MPI_IN_PLACE, values, static_cast<int>(count),
                           type == Type::float32 ? MPI_FLOAT : MPI_DOUBLE, MPI_SUM, world_, &request);
        return ticket(error, request);
    }

    Ticket start_broadcast(void* bytes, std::size_t count) noexcept override {
        MPI_Request request = MPI_REQUEST_NULL;
        const int error = MPI_Ibcast(bytes, static_cast<int>(count), MPI_BYTE, 0, world_, &request);
        return ticket(error, request);
    }

    Ticket start_gather(const void* mine, std::size_t count, void* all) noexcept override {
        MPI_Request request = MPI_REQUEST_NULL;
        const int bytes = static_cast<int>(count);
        const int error = MPI_Iallgather(mine, bytes, MPI_BYTE, all, bytes, MPI_BYTE, world_, &request);
        return ticket(error, request);
    }

    State state(Ticket ticket) noexcept override {
        const auto found = requests_.find(ticket);
        if (found == requests_.end()) return State::failed;
        int done = 0;
        const int error = MPI_Test(&found->second, &done, MPI_STATUS_IGNORE);
        if (error == MPI_SUCCESS && done == 0) return State::going_on;
        requests_.erase(found);
        if (error == MPI_SUCCESS) return State::done;
        note(error);
        return State::failed;
    }

    const char* failure() const noexcept override { return failure_; }

    void send(int to, Sign sign) noexcept override {
        // Never waited for; those that went are cleared away now and then, those to a lost rank stay.
        if (outbox_.size() > 2 * static_cast<std::size_t>(ranks_)) {
            outbox_.remove_if([](Letter& letter) {
                int gone = 0;
                return MPI_Test(&letter.request, &gone, MPI_STATUS_IGNORE) != MPI_SUCCESS || gone != 0;
            });
        }
        Letter& letter = outbox_.emplace_back(Letter{sign, MPI_REQUEST_NULL});
        MPI_Isend(&letter.sign, sizeof letter.sign, MPI_BYTE, to, life_tag, world_, &letter.request);
    }

    bool heard(int& from, Sign& sign) noexcept override {
        int there = 0;
        MPI_Status status;
        if (MPI_Iprobe(MPI_ANY_SOURCE, life_tag, world_, &there, &status) != MPI_SUCCESS || there == 0)
            return false;
        from = status.MPI_SOURCE;
        return MPI_Recv(&sign, sizeof sign, MPI_BYTE, from, life_tag, world_, MPI_STATUS_IGNORE) ==
               MPI_SUCCESS;
    }

    bool any_thread() const noexcept override { return any_thread_; }

    void leave() noexcept override { MPI_Finalize(); }
    void abort(int code) noexcept override { MPI_Abort(world_, code); }

  private:
    Ticket ticket(int error, MPI_Request request) noexcept {
        if (error != MPI_SUCCESS) {
            note(error);
            return -1;
        }
        requests_[++last_] = request;
        return last_;
    }

    void note(int error) noexcept {
        int length = 0;
        if (MPI_Error_string(error, failure_, &length) != MPI_SUCCESS)
            std::snprintf(failure_, sizeof failure_, "?");
    }

    struct Letter {
        Sign sign;  ///< stays where it is until it has gone
        MPI_Request request;
    };

    MPI_Comm world_ = MPI_COMM_NULL;
    int rank_ = 0, ranks_ = 1;
    Ticket last_ = 0;
    std::map<Ticket, MPI_Request> requests_;
    std::list<Letter> outbox_;
    bool any_thread_;
    char failure_[MPI_MAX_ERROR_STRING] = "";
};

}  // namespace
}  // namespace caloforge::comm

extern "C" __attribute__((visibility("default"))) caloforge::comm::Transport* caloforge_make_transport(
    char* error, std::size_t error_size) {
    int given = 0, before = 0;
    MPI_Initialized(&before);
    if (before != 0) {
        std::snprintf(error, error_size, "MPI has begun already");
        return nullptr;
    }
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &given) != MPI_SUCCESS) {
        std::snprintf(error, error_size, "MPI_Init failed");
        return nullptr;
    }
    return new caloforge::comm::MpiTransport(given >= MPI_THREAD_SERIALIZED);
}
