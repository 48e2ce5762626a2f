#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/LayerRun.hh"
#include "model/NativeLayers.hh"
#include "model/Noise.hh"
#include "network/NetworkPlan.hh"
#include "network/NetworkSpec.hh"
#include "network/WeightsFile.hh"

namespace caloforge::model {

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
    /// the outputs by name, float32 (float64 for inputs and tensors of that type): those `wanted`, and
    /// nothing is computed but what they need; all when empty.
    TensorMap forward(TensorMap inputs, const ForwardMode& mode, const std::vector<std::string>& wanted = {});

  private:
    /// Where a value lies during a pass.
    using Slot = std::size_t;
    /// A layer with inputs, compiled once.
    struct Step {
        std::string name;
        std::vector<Slot> inputs;
        Slot output;
        std::vector<Slot> done;  ///< inputs that no later layer or output reads
        LayerRun run;
        std::vector<NativeRun> native;  ///< of this layer and those behind it
    };
    struct Value {
        std::string name;
        Slot slot;
    };
    struct Range {
        Slot slot;
        torch::Tensor values;  ///< (1, count): the same for every shower
    };

    void compile();
    /// Of every step, whether one of these outputs needs it.
    std::vector<bool> needed(const std::vector<std::string>& wanted) const;
    /// Whether native kernels compute a pass on such inputs.
    bool native(const torch::Device& device) const;
    /// What step `first` makes, and perhaps the steps behind it; moves `first` to the last of them.
    torch::Tensor run(std::size_t& first, const std::vector<torch::Tensor>& in, bool by_native,
                      const ForwardMode& mode) const;
    /// Parameter or buffer "<layer>.<role>"; undefined when the layer has none of that role.
    torch::Tensor tensor(const network::Layer& layer, const char* role) const;
    /// Calls visit(layer, TensorSpec, tensor) for every tensor, in the order of the spec.
    template <class Visit>
    void for_each_tensor(Visit&& visit) const;

    network::NetworkSpec spec_;
    network::NetworkPlan plan_;  ///< points into spec_: a Network is neither copied nor moved
    std::map<std::string, torch::Tensor> tensors_;  ///< parameters and buffers by registered name
    std::vector<Step> steps_;                       ///< in the order of the layers
    std::vector<Range> ranges_;
    std::vector<Value> given_;    ///< input ports and `random` layers
    std::vector<Value> outputs_;  ///< ports
    Kernels kernels_ = Kernels::stock;
};

}  // namespace caloforge::model
