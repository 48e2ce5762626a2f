#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace caloforge::validate {

/// A set is kept in this many sub-samples (a sample's number modulo this): they give the statistical
/// uncertainty and, dealt into halves, the floor.
inline constexpr std::size_t sub_samples = 32;
/// Replicas of the bootstrap; 200 give an uncertainty good to 5 %.
inline constexpr std::size_t bootstrap_replicas = 200;
/// Random halvings of the reference over which a floor is averaged.
inline constexpr std::size_t floor_splits = 16;
/// Streams of core::RandomStream that draw sub-samples; the "shower" there is the replica or the halving.
inline constexpr std::uint32_t bootstrap_stream = 0x50000;
inline constexpr std::uint32_t floor_stream = 0x50002;

/// A weight for each sub-sample.
using Weights = std::vector<double>;

/// How often each sub-sample of one set enters each replica: as many are drawn, with replacement, as hold
/// samples. `side` (0 or 1) makes the two sets of a comparison independent. Nothing when fewer than two hold
/// samples. The same for every metric, so metrics may be combined replica by replica.
std::vector<Weights> bootstrap_weights(const std::vector<bool>& filled, std::size_t side);

/// The sub-samples that hold samples, dealt into two halves at random, floor_splits times: 1 for the first
/// half, 0 for the second.
std::vector<std::vector<bool>> halvings(const std::vector<bool>& filled);

/// Standard deviation of a metric's replicas, for sets whose smaller number of filled sub-samples is
/// `groups`: drawing from k groups has (k - 1) / k of the variance.
double bootstrap_error(const std::vector<double>& replicas, std::size_t groups);

/// Probability that chance makes a normal variable differ from zero by more than so many standard deviations.
double two_sided_chance(double sigmas);

/// How the statistical part of a metric goes with the sizes of the two sets.
enum class Scaling {
    difference,  ///< as sqrt(1/n1 + 1/n2)
    quadratic,   ///< as 1/n1 + 1/n2
    none         ///< not at all: chi-square per degree of freedom
};

/// A metric between sets of n_first and n_second samples, as large as chance makes it between sets of
/// n_reference and n_candidate.
double scaled_floor(double floor, Scaling scaling, double n_first, double n_second, double n_reference,
                    double n_candidate);

}  // namespace caloforge::validate
