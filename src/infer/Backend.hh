#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/cpu/Engine.hh"
#include "network/WeightsFile.hh"
#include "sample/Columns.hh"
#include "sample/Key.hh"

namespace caloforge::infer {

/// What computes a network: compiled once, read-only, shared by all threads.
class Backend {
  public:
    virtual ~Backend() = default;
    /// "native", "cuda", "torch" or "torch-rewritten".
    virtual std::string name() const = 0;
    virtual const sample::Fields& inputs() const = 0;
    virtual const sample::Fields& outputs() const = 0;

    /// The memory of one thread, and what computes in it. One thread at a time.
    class Run {
      public:
        virtual ~Run() = default;
        /// A sample for each key, from a column for each input, into memory for each output, (N, shape...),
        /// in their order.
        virtual void run(std::span<const sample::Key> keys, const sample::ColumnsView& inputs,
                         std::span<const std::span<float>> outputs) = 0;
        /// The same, but the samples stay on the device and are lost: for benchmarks. False, and nothing is
        /// done, where they are made in the host's memory.
        virtual bool compute(std::span<const sample::Key> /*keys*/, const sample::ColumnsView& /*inputs*/) {
            return false;
        }
        virtual std::size_t bytes() const { return 0; }
    };
    /// The backend has to outlive it.
    virtual std::unique_ptr<Run> begin() const = 0;

    /// Samples that a thread best takes at a time; 0: as many as there are, since it uses threads of its own.
    virtual std::size_t at_once() const = 0;
    /// The fewest that are worth a thread more.
    virtual std::size_t at_least() const { return 1; }
    /// Threads that it uses by itself.
    virtual int own_threads() const { return 1; }
    /// What the engine compiled; empty for others.
    virtual std::vector<engine::cpu::PlanEntry> plan() const { return {}; }
};

/// The engine, for the network `role` of a weights file. Throws InputError naming a layer it does not know.
std::unique_ptr<Backend> make_engine_backend(const network::WeightsFile& file, const std::string& role);

/// How libtorch runs a network.
struct TorchOptions {
    std::string device = "cpu";
    int threads = 0;         ///< 0: all cores
    bool rewritten = false;  ///< the network as the engine's passes rewrite it
};
/// Makes the backend of libtorch. Throws InputError for a device that is not there and for a network that
/// cannot be rewritten.
using MakeTorchBackend = std::unique_ptr<Backend> (*)(const network::WeightsFile& file,
                                                      const std::string& role, const TorchOptions& options);
/// Says how to get it when a model asks for libtorch: who has a plug-in loads it then. Before that, and where
/// there is none, asking for libtorch is an InputError. Called once, before threads start.
void provide_torch(MakeTorchBackend (*load)());
/// Throws InputError.
std::unique_ptr<Backend> make_torch_backend(const network::WeightsFile& file, const std::string& role,
                                            const TorchOptions& options);

/// Makes the engine for CUDA devices, for the network `role`, on "cuda" or "cuda:1". Throws InputError for a
/// device that cannot be used.
using MakeCudaBackend = std::unique_ptr<Backend> (*)(const network::WeightsFile& file,
                                                     const std::string& role, const std::string& device);
/// As provide_torch. `load` may return null: then libtorch is what there is on such devices.
void provide_cuda(MakeCudaBackend (*load)());
/// Null where the program has no engine for CUDA devices.
std::unique_ptr<Backend> make_cuda_backend(const network::WeightsFile& file, const std::string& role,
                                           const std::string& device);

}  // namespace caloforge::infer
