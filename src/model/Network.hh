#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <string>

#include "model/BatchNorm.hh"
#include "model/Noise.hh"
#include "network/NetworkPlan.hh"
#include "network/NetworkSpec.hh"
#include "network/WeightsFile.hh"

namespace caloforge::model {

/// How a forward pass behaves.
struct ForwardMode {
    bool training = false;           ///< batch statistics and dropout on
    bool update_statistics = false;  ///< training only: move the running mean and variance
    /// Training only: keys of the dropout masks, one sample number per row.
    std::uint64_t seed = 0;
    std::span<const std::uint64_t> samples = {};
    /// Training only: batch normalisation over the batches of all ranks; null: over this one. Lives until the
    /// backward pass has ended.
    const SumOverRanks* sum_over_ranks = nullptr;
};

/// A NetworkSpec as a libtorch module. Owns its tensors, named "<layer>.<role>". Forward passes of one module
/// may not run at the same time when they train; in inference they may.
class Network : public torch::nn::Module {
  public:
    /// Throws InputError when the spec is not a network. Tensors are zero or one until initialise() or
    /// load().
    explicit Network(network::NetworkSpec spec);

    const network::NetworkSpec& spec() const { return spec_; }
    const network::NetworkPlan& plan() const { return plan_; }
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    /// Initial values as the spec names them (He uniform, Glorot uniform or normal), a function of the seed.
    void initialise(std::uint64_t seed);
    /// Copies tensors from "<role>.<layer>.<tensor>". Throws InputError as WeightsFile::network does.
    void load(const std::string& role, const network::WeightsFile& file);
    void store(const std::string& role, network::WeightsFile& file) const;

    /// Which kernels compute a training or inference pass in float32 on the CPU: libtorch's own, or where
    /// there are some, Caloforge's (NativeLayers.hh), in contiguous memory. Elsewhere libtorch's always
    /// do.
    enum class Kernels { stock, native };
    void use_kernels(Kernels kernels) { kernels_ = kernels; }

    /// `inputs`: the spec's input ports and its `random` layers (make_noise) by name, (N, shape...). Returns
    /// the outputs by name, float32 (float64 for inputs and tensors of that type).
    TensorMap forward(TensorMap inputs, const ForwardMode& mode);

  private:
    /// Whether native kernels compute a pass on such inputs.
    bool native(const torch::Device& device) const;
    torch::Tensor run(const network::Layer& layer, const std::vector<torch::Tensor>& in,
                      const ForwardMode& mode);
    /// A convolution under the current precision. libtorch 2.13's bfloat16 convolution is wrong by 100 % for
    /// some shapes on CPUs with AMX (the 3DGAN's first: doc/decision/002): the first reduced-precision pass
    /// of every layer is checked against float32, and a layer that fails stays in float32, with a warning.
    torch::Tensor checked_convolution(const network::Layer& layer, const torch::Tensor& x);
    /// Parameter or buffer "<layer>.<role>"; undefined when the layer has none of that role.
    torch::Tensor tensor(const network::Layer& layer, const char* role) const;
    /// Calls visit(layer, TensorSpec, tensor) for every tensor, in the order of the spec.
    template <class Visit>
    void for_each_tensor(Visit&& visit) const;

    network::NetworkSpec spec_;
    network::NetworkPlan plan_;  ///< points into spec_: a Network is neither copied nor moved
    std::map<std::string, torch::Tensor> tensors_;  ///< parameters and buffers by registered name
    std::map<std::string, bool> reduced_is_right_;  ///< by convolution, once checked
    std::map<std::string, std::size_t> last_use_;   ///< number of the last layer that reads a value
    std::map<std::string, std::size_t> uses_;       ///< how many layers and outputs read a value
    Kernels kernels_ = Kernels::stock;
};

}  // namespace caloforge::model
