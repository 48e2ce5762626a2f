#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/Error.hh"
#include "core/Json.hh"
#include "geometry/Detector.hh"
#include "infer/Backend.hh"
#include "sample/ConditionSpace.hh"
#include "sample/Constant.hh"

namespace caloforge::infer {

class Session;

/// A condition that a model was not trained at.
struct OutsideTrained : core::InputError {
    using core::InputError::InputError;
};

/// What can be asked for as ModelOptions::backend, the default first.
std::vector<std::string> backend_names();
/// "native (the engine), torch (libtorch) or ..."
std::string backend_help();

struct ModelOptions {
    /// "native": the engine, on CPUs and, where the program has that part, on CUDA devices; elsewhere
    /// libtorch with the rewritten network. "torch-rewritten": the latter. "torch": libtorch with the network
    /// as written, which also runs, and is said to, a network with a layer that the engine does not know.
    std::string backend = "native";
    std::string device = "cpu";
    int threads = 0;  ///< of libtorch; 0: all cores
    /// Conditions outside the trained range are an error unless this is set.
    bool allow_extrapolation = false;
};

/// A trained model that makes samples: its generator compiled, and what its document says. A sample is a
/// function of (model, key, conditions), whatever the batch and the number of threads: bit by bit in the
/// engine on machines of one instruction set, through libtorch within 1e-5 of the sample's largest number
/// (doc/decision/005). Read-only: threads share it, each with a Session of its own. Cheap to copy.
class Model {
  public:
    /// `model`: a shipped name or a weights or checkpoint file. Throws InputError for a file that holds no
    /// generator, or does not say what the generator was trained on.
    static Model find(const std::string& model, const ModelOptions& options = {});
    explicit Model(network::WeightsFile file, const ModelOptions& options = {});

    const std::string& name() const;
    /// The document of the weights file.
    const core::Json& document() const;
    /// Throws InputError for a model of something else than showers.
    const geometry::Detector& detector() const;
    /// The cells that its showers are in: the detector's, unless the model's document has a `readout`. Throws
    /// as detector().
    const geometry::Readout& readout() const;
    const sample::Fields& outputs() const;
    /// What samples are made from, where each was trained, and how it is drawn when it is not given.
    const sample::ConditionSpace& conditions() const;
    /// What all samples share that it was trained on, and so its own: the particle, say. Empty for models
    /// that do not say.
    const std::vector<sample::Constant>& constants() const;
    const Backend& backend() const;
    bool allows_extrapolation() const;

    Session session() const;

    /// Throws InputError for a condition that the model does not take and OutsideTrained for one that it was
    /// not trained at; with allow_extrapolation the latter is a warning.
    void check(const sample::ColumnsView& conditions) const;

  private:
    friend class Session;

    struct Impl;
    explicit Model(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<const Impl> impl_;
};

/// What one thread makes samples with: memory for one run of the network. One thread at a time; moves, and
/// keeps the model alive.
class Session {
  public:
    /// A sample for each key: the model's outputs behind all its conditions, in a column each. Conditions
    /// that are not given are drawn (sample::ConditionSpace). Throws InputError as Model::check does, unless
    /// the model allows extrapolation, for conditions that are not finite, and RunError when the network's
    /// output is not finite.
    sample::Columns run(std::span<const sample::Key> keys, const sample::ColumnsView& conditions);
    /// What run() returns, before the outputs are made: conditions checked and complete, outputs zero.
    sample::Columns prepare(std::span<const sample::Key> keys, const sample::ColumnsView& conditions) const;
    /// Makes the outputs, into memory for each in their order, from conditions that are complete and checked.
    void run(std::span<const sample::Key> keys, const sample::ColumnsView& conditions,
             std::span<const std::span<float>> outputs);

    const Model& model() const { return model_; }
    std::size_t bytes() const { return run_->bytes(); }

  private:
    friend class Model;
    explicit Session(Model model);

    Model model_;
    std::unique_ptr<Backend::Run> run_;
};

}  // namespace caloforge::infer
