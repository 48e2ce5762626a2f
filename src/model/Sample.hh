#pragma once

#include <torch/torch.h>

#include "network/RandomLayers.hh"

namespace caloforge::model {

/// What a `sample` layer draws (doc/format/network.md): parameters (N, 2 + J, ...) and uniform numbers (N, 1,
/// ...) to (N, 1, ...). Not differentiable at the zeros.
torch::Tensor sample(const network::SampleRule& rule, const torch::Tensor& parameters,
                     const torch::Tensor& uniform);

/// The logarithm of the density with which such a layer draws `values` (N, 1, ...) >= 0, summed over each
/// shower's elements: (N). A zero counts with its probability, another value with its density per unit of
/// its logarithm. Differentiable with respect to `parameters`.
torch::Tensor sample_log_likelihood(const network::SampleRule& rule, const torch::Tensor& parameters,
                                    const torch::Tensor& values);

/// What a `choose` layer draws: weights (N, K, ...) and uniform numbers (N, 1, ...) to (N, 1, ...); weights
/// of extent 1 are those of all uniform numbers. Without gradient.
torch::Tensor choose(const torch::Tensor& weights, const torch::Tensor& uniform);

/// The logarithm of the probability with which such a layer draws `choices` (N, 1, ...), of each: (N, 1,
/// ...). Weights as above.
torch::Tensor choice_log_likelihood(const torch::Tensor& weights, const torch::Tensor& choices);

}  // namespace caloforge::model
