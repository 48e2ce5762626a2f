// Replays recorded training steps (caloforge bench train --record) on a cluster that SimGrid's SMPI
// simulates: every rank goes through RankCommunicator as in a training; what it computed is time that passes.
// Built by project.py.
#include <mpi.h>
#include <smpi/smpi.h>

#include <algorithm>
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

/// What Open MPI's asynchronous collectives (libnbc, 4.1) do, made of those that SMPI has. A sum goes when it
/// is waited for, so that nothing overlaps with computing: a bound from above.
class SimulatedTransport : public caloforge::comm::Transport {
  public:
    SimulatedTransport() {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
    }
    int rank() const noexcept override { return rank_; }
    int ranks() const noexcept override { return ranks_; }
    Ticket start_sum(void* values, std::size_t count, Type type) noexcept override {
        return later([=, this] {
            const int numbers = static_cast<int>(count);
            const bool single = type == Type::float32;
            const MPI_Datatype kind = single ? MPI_FLOAT : MPI_DOUBLE;
            // Few ranks or little data: down a tree and up again; else around a ring (project.py chooses it).
            constexpr std::size_t small = 65536;
            constexpr int few = 4;
            if (ranks_ == 1) return;
            if (ranks_ < few || count * (single ? sizeof(float) : sizeof(double)) < small) {
                MPI_Reduce(rank_ == 0 ? MPI_IN_PLACE : values, values, numbers, kind, MPI_SUM, 0,
                           MPI_COMM_WORLD);
                MPI_Bcast(values, numbers, kind, 0, MPI_COMM_WORLD);
            } else {
                MPI_Allreduce(MPI_IN_PLACE, values, numbers, kind, MPI_SUM, MPI_COMM_WORLD);
            }
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
    void send(int, caloforge::comm::Sign) noexcept override {}
    bool heard(int&, caloforge::comm::Sign&) noexcept override { return false; }
    bool any_thread() const noexcept override { return false; }
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

/// Median seconds of every part over the recorded steps, which are made alike.
std::vector<double> medians(const json& steps) {
    std::vector<double> out;
    for (std::size_t i = 0; i < steps[0].size(); ++i) {
        if (steps[0][i][0] != "compute") {
            out.push_back(0);
            continue;
        }
        std::vector<double> seconds;
        for (const json& step : steps) seconds.push_back(step.at(i).at(1).get<double>());
        std::nth_element(seconds.begin(), seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2),
                         seconds.end());
        out.push_back(seconds[seconds.size() / 2]);
    }
    return out;
}

/// Numbers of 8 bytes that hold the largest sum of a step.
std::size_t largest_sum(const json& steps) {
    std::size_t bytes = 0;
    for (const json& part : steps[0]) {
        if (part[0] == "start")
            bytes = std::max(bytes, part.at(2).get<std::size_t>() * part.at(3).get<std::size_t>());
    }
    return bytes / sizeof(double) + 1;
}

struct Machine {
    double speed;  ///< of a rank, relative to the recorded one
    double noise;  ///< share of the recorded deviations from the median
};

/// Goes through one recorded step; its numbers live in `memory`, whose content means nothing. Returns the
/// seconds computed.
double replay(const json& step, const std::vector<double>& usual, const Machine& machine,
              caloforge::comm::Communicator& communicator, std::vector<double>& memory) {
    std::map<std::size_t, std::unique_ptr<caloforge::comm::Communicator::Pending>> sums;
    double computed = 0;
    for (std::size_t i = 0; i < step.size(); ++i) {
        const json& part = step[i];
        const auto& what = part[0].get_ref<const std::string&>();
        if (what == "compute") {
            const double seconds = usual[i] + machine.noise * (part[1].get<double>() - usual[i]);
            smpi_execute(seconds / machine.speed);
            computed += seconds / machine.speed;
        } else if (what == "wait") {
            sums.at(part[1].get<std::size_t>())->wait();
        } else {
            const auto count = part[2].get<std::size_t>(), bytes = part[3].get<std::size_t>();
            auto* data = memory.data();
            sums[part[1].get<std::size_t>()] =
                bytes == sizeof(float)
                    ? communicator.start_sum(std::span(reinterpret_cast<float*>(data), count))
                    : communicator.start_sum(std::span(data, count));
        }
    }
    return computed;
}

}  // namespace

/// replay RECORD STEPS SPEED NOISE: prints {"ranks", "steps", "seconds", "computed"}, the last two of a step;
/// the time simulated, and the mean over the ranks of what they computed in it.
int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    if (argc != 5) return 2;
    // One process simulates all ranks: they read the file once and share it.
    static const json record = json::parse(std::ifstream(argv[1])).at("steps");
    static const std::vector<double> usual = medians(record);
    static std::vector<double> memory(largest_sum(record));
    const int steps = std::atoi(argv[2]);
    const Machine machine{std::atof(argv[3]), std::atof(argv[4])};
    SimulatedTransport transport;
    caloforge::comm::RankCommunicator communicator(transport);
    MPI_Barrier(MPI_COMM_WORLD);
    const double start = MPI_Wtime();
    double computed = 0;
    for (int i = 0; i < steps; ++i) {
        computed += replay(record[pick(communicator.rank(), static_cast<std::size_t>(i), record.size())],
                           usual, machine, communicator, memory);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    const double seconds = MPI_Wtime() - start;
    communicator.sum(std::span(&computed, 1));
    if (communicator.first()) {
        std::printf("{\"ranks\": %zu, \"steps\": %d, \"seconds\": %.9g, \"computed\": %.9g}\n",
                    communicator.ranks(), steps, seconds / steps,
                    computed / steps / static_cast<double>(communicator.ranks()));
    }
    MPI_Finalize();
    return 0;
}
