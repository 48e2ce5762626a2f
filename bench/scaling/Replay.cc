// Replays recorded training steps (caloforge bench train --record) on a cluster that SimGrid's SMPI
// simulates: every rank goes through RankCommunicator as in a training; what it computed is time that passes.
// Built by project.py.
#include <mpi.h>
#include <smpi/smpi.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "comm/RankCommunicator.hh"

namespace {

using nlohmann::json;

/// MPI's collectives as SMPI models them for Open MPI. A sum goes when it is waited for: SMPI's own
/// asynchronous ones are no model of anybody's. So nothing overlaps: a bound from above.
class SimulatedTransport : public caloforge::comm::Transport {
  public:
    SimulatedTransport() {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
    }
    int rank() const noexcept override { return rank_; }
    int ranks() const noexcept override { return ranks_; }
    Ticket start_sum(void* values, std::size_t count, Type type) noexcept override {
        return later([=] {
            MPI_Allreduce(MPI_IN_PLACE, values, static_cast<int>(count),
                          type == Type::float32 ? MPI_FLOAT : MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
        });
    }
    Ticket start_broadcast(void* bytes, std::size_t count) noexcept override {
        return later([=] { MPI_Bcast(bytes, static_cast<int>(count), MPI_BYTE, 0, MPI_COMM_WORLD); });
    }
    Ticket start_gather(const void* mine, std::size_t count, void* all) noexcept override {
        const int bytes = static_cast<int>(count);
        return later([=] { MPI_Allgather(mine, bytes, MPI_BYTE, all, bytes, MPI_BYTE, MPI_COMM_WORLD); });
    }
    State state(Ticket ticket) noexcept override {
        const auto found = waiting_.find(ticket);
        if (found == waiting_.end()) return State::failed;
        found->second();
        waiting_.erase(found);
        return State::done;
    }
    const char* failure() const noexcept override { return "unknown ticket"; }
    void call_out(unsigned long long) noexcept override {}
    bool heard(int&, unsigned long long&) noexcept override { return false; }
    void leave() noexcept override {}
    void abort(int code) noexcept override { std::exit(code); }

  private:
    Ticket later(std::function<void()> work) {
        waiting_[++last_] = std::move(work);
        return last_;
    }
    int rank_ = 0, ranks_ = 1;
    Ticket last_ = 0;
    std::map<Ticket, std::function<void()>> waiting_;
};

/// Which recorded step a rank replays: each its own, the same in every run (splitmix64).
std::size_t pick(std::size_t rank, std::size_t step, std::size_t count) {
    std::uint64_t x = (rank * 1000003ULL + step + 1) * 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return (x ^ (x >> 31)) % count;
}

/// Goes through one recorded step; its numbers live in `memory`, whose content means nothing.
void replay(const json& step, double speed, caloforge::comm::Communicator& communicator,
            std::vector<double>& memory) {
    std::map<std::size_t, std::unique_ptr<caloforge::comm::Communicator::Pending>> sums;
    for (const json& part : step) {
        const auto& what = part[0].get_ref<const std::string&>();
        if (what == "compute") {
            smpi_execute(part[1].get<double>() / speed);
        } else if (what == "wait") {
            sums.at(part[1].get<std::size_t>())->wait();
        } else {
            const auto count = part[2].get<std::size_t>(), bytes = part[3].get<std::size_t>();
            if (memory.size() * sizeof(double) < count * bytes) memory.resize(count);
            auto* data = memory.data();
            sums[part[1].get<std::size_t>()] =
                bytes == sizeof(float)
                    ? communicator.start_sum(std::span(reinterpret_cast<float*>(data), count))
                    : communicator.start_sum(std::span(data, count));
        }
    }
}

}  // namespace

/// replay RECORD STEPS SPEED: prints {"ranks", "steps", "seconds"} of the simulated time of a step.
int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    if (argc != 4) return 2;
    // One process simulates all ranks: they read the file once and share it.
    static const json record = json::parse(std::ifstream(argv[1]));
    const auto& recorded = record.at("steps");
    const int steps = std::atoi(argv[2]);
    const double speed = std::atof(argv[3]);
    SimulatedTransport transport;
    caloforge::comm::RankCommunicator communicator(transport);
    static std::vector<double> memory(1 << 20);  // shared: content means nothing
    MPI_Barrier(MPI_COMM_WORLD);
    const double start = MPI_Wtime();
    for (int i = 0; i < steps; ++i) {
        replay(recorded[pick(communicator.rank(), static_cast<std::size_t>(i), recorded.size())], speed,
               communicator, memory);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    if (communicator.first()) {
        std::printf("{\"ranks\": %zu, \"steps\": %d, \"seconds\": %.9g}\n", communicator.ranks(), steps,
                    (MPI_Wtime() - start) / steps);
    }
    MPI_Finalize();
    return 0;
}
