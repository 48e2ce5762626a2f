#pragma once

#include <cstddef>

namespace caloforge::kernels {

/// `rounds` times twelve multiply-adds of a vector in registers: what a core does when nothing but arithmetic
/// holds it up. Returns the floating-point operations done (a multiply-add is two).
double multiply_adds(std::size_t rounds);

/// Billions of floating-point operations per second (a multiply-add is two) that one thread reaches with
/// nothing but multiply-adds in registers, on the instruction set that the kernels use: measured now, the
/// best of several tries of a few milliseconds.
double multiply_add_peak();

}  // namespace caloforge::kernels
