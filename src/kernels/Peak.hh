#pragma once

namespace caloforge::kernels {

/// Billions of floating-point operations per second (a multiply-add is two) that one thread reaches with
/// nothing but multiply-adds in registers, on the instruction set that the kernels use: measured now, the
/// best of several tries of a few milliseconds.
double multiply_add_peak();

}  // namespace caloforge::kernels
