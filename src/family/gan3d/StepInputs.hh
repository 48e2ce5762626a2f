#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "data/ShowerBatch.hh"
#include "family/gan3d/GanInputs.hh"

namespace caloforge::family::gan3d {

/// What one step of the 3DGAN's recipe reads, where it computes. Behind the first step, the same tensors with
/// other numbers: what a CUDA graph can hold. One thread at a time.
class StepInputs {
  public:
    /// `inputs` has to outlive it.
    StepInputs(const GanInputs& inputs, torch::Device device, bool augment)
        : inputs_(inputs), device_(device), augment_(augment) {}

    /// `batch`: the real showers of step `step`.
    void fill(const data::ShowerBatch& batch, std::uint64_t step, const network::NetworkSpec& generator);
    /// Draws for a later fill() what a step of so many showers needs besides them: while a device is busy,
    /// say.
    void draw(std::size_t showers, std::uint64_t step, const network::NetworkSpec& generator);

    struct Pass {
        std::vector<std::uint64_t> samples;  ///< their numbers in the training
        torch::Tensor incident, labels;      ///< (N, 1)
        model::TensorMap noise;              ///< empty in the pass on real showers
    };
    const torch::Tensor& showers() const { return showers_; }  ///< (N, 1, X, Y, Z), GeV
    const Pass& pass(std::uint64_t number) const { return passes_[number]; }

  private:
    /// Into the same memory as before where the shape is the same.
    void put(const torch::Tensor& from, torch::Tensor& to) const;
    /// `from` on the device, with every shower turned by its symmetry.
    void put_turned(const torch::Tensor& from, const std::vector<std::uint64_t>& samples);

    const GanInputs& inputs_;
    torch::Device device_;
    bool augment_;
    torch::Tensor showers_, uploaded_;
    std::vector<Pass> passes_;
    struct Drawn {
        std::size_t showers = 0;
        std::uint64_t step = 0;
        std::vector<std::vector<std::uint64_t>> samples;  ///< by pass
        std::vector<PassDraws> passes;
    };
    Drawn drawn_;
};

}  // namespace caloforge::family::gan3d
