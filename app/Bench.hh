#pragma once

#include <string>
#include <vector>

#include "DefaultModel.hh"
#include "comm/Communicator.hh"

namespace caloforge::app {

struct BenchOptions {
    std::string model = default_model;
    std::string device = "cpu";
    std::string precision = "float32";
    std::string network;           ///< of train: the family
    std::string kernels = "both";  ///< of train: stock, native or both
    std::string detector = "clic-ecal";
    std::string instruction_set;       ///< empty: the machine's best
    std::vector<double> energies;      ///< GeV; empty: the command's own choice
    std::vector<std::size_t> batches;  ///< empty: the command's own choice
    bool own_norm = false;             ///< of train on ranks: no synchronised batch normalisation
    std::string record;                ///< of train: file for bench_record; empty: none
    std::size_t pretended_ranks = 2;   ///< of bench_record: how many share the gradients
    int threads = 0;
    double seconds = 3;  ///< least time per figure
    bool json = false;
};

/// Verifies that a shower does not depend on its batch and on what computes it (max_rel_diff <= 1e-4), then
/// times batches in memory, on one thread and on all (or on as many as asked), and the way to a file against
/// the same work in memory. Throws RunError when the check fails.
void bench_generate(const BenchOptions& options);

/// Times one training step of a network on made-up showers, by phase; where it has kernels of its own,
/// verifies first that they give libtorch's gradients and times both.
void bench_train(const BenchOptions& options);

/// The same started by mpirun: one rank while the others are idle, then all, by turns, in one run.
void bench_ranks(const BenchOptions& options, comm::Communicator& communicator);

/// Writes down what single steps compute and sum, in order, with times (comm::Rehearsal), for a simulated
/// cluster: bench/scaling. Ranks that were started together record at the same time, without waiting for each
/// other.
void bench_record(const BenchOptions& options, comm::Communicator& communicator);

/// Verifies sums of several sizes over all ranks, then times them. Throws UsageError for one rank.
void bench_allreduce(const BenchOptions& options, comm::Communicator& communicator);

/// Checks that a set does not differ from itself, then times comparisons, without classifiers, of the shipped
/// Geant4 showers repeated to `batches` showers in each set (20,000 unless told).
void bench_validate(const BenchOptions& options);

/// Checks that showers keep their energy, then times electron showers of single energies on one thread and on
/// all, beside a loop of multiply-adds that shows what threads can gain.
void bench_simulate(const BenchOptions& options);

}  // namespace caloforge::app
