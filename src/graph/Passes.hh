#pragma once

#include "graph/FoldedDense.hh"
#include "graph/Graph.hh"

namespace caloforge::graph {

/// Every pass makes a graph that computes the same but for rounding (1e-4 of the largest cell at most), and
/// none depends on the batch: a shower is the same alone and among others.

/// Functions of single numbers go to the operation whose result nobody else reads.
Graph fuse_pointwise(Graph graph);

/// upsample, pad, convolution (any of the first two may be missing) become one convolution that reads the
/// coarse cells: doc/engine.md. Zeros that padding adds outside a convolution that pads itself are told apart
/// by nothing, so paddings add up.
Graph fuse_upsampling(Graph graph);

/// A dense layer and a convolution with nothing but a change of shape between are one linear map: one dense
/// layer, where this takes less than half the multiply-adds and at most 64 MiB of weights.
Graph fold_linear_chains(Graph graph, const SumTaps& sum);

/// What is added to a convolution that nobody else reads becomes a part of it: first an image of its shape,
/// then a number for every channel. Done last, as the convolution's layer alone no longer says what it does.
Graph fuse_sums(Graph graph);

/// An image that several convolutions pad is padded once, as far as the one that needs most. Their `low` may
/// then be negative: so many cells of the padded image are left out.
Graph share_padding(Graph graph);

/// What is gathered from what was gathered is gathered at once.
Graph compose_gathers(Graph graph);

/// A sum over products that nobody else reads: one operation that keeps none of them. Done last, as its layer
/// alone no longer says what it does.
Graph fuse_products(Graph graph);

/// Operations that no output needs are left out, but for the inputs.
Graph drop_unused(Graph graph);

/// All of them but share_padding, fuse_sums, compose_gathers and fuse_products, in the order that the engine
/// uses.
Graph optimised(Graph graph, const SumTaps& sum);

}  // namespace caloforge::graph
