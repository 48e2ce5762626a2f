#pragma once

#include <string>

namespace caloforge::family::forge::test {

/// A detector file: `layers` sensors of 0.5 mm of silicon, each with `gap` mm of the same behind it, of n x n
/// cells of 5 mm.
inline std::string silicon_stack(int n, int layers, double gap = 0) {
    const std::string side = std::to_string(n);
    return "name = \"stack\"\nmip_mev = 0.145\n[grid]\nnx = " + side + "\nny = " + side +
           "\nnz = " + std::to_string(layers) + R"(
cell_x = 5.0
cell_y = 5.0
[[material]]
name = "silicon"
density = 2.33
elements = ["Si"]
fractions = [1.0]
[[slab]]
name = "sensor"
material = "silicon"
thickness = 0.5
active = true
)" + (gap > 0 ? "[[slab]]\nname = \"gap\"\nmaterial = \"silicon\"\nthickness = " + std::to_string(gap) : "") +
           "\n[[layer]]\nrepeat = " + std::to_string(layers) + "\nslabs = [\"sensor\"" +
           (gap > 0 ? ", \"gap\"]\n" : "]\n");
}

}  // namespace caloforge::family::forge::test
