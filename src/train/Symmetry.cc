#include "train/Symmetry.hh"

namespace caloforge::train {

using torch::Tensor;

void turn(int symmetry, Tensor& showers, Tensor& impact) {
    for (std::int64_t axis = 0; axis < 2; ++axis) {
        if (!(symmetry >> axis & 1)) continue;
        showers = showers.flip(axis + 2);
        if (!impact.defined()) continue;
        Tensor mirrored = impact.clone();
        mirrored.select(1, axis).neg_();
        impact = mirrored;
    }
    if (!(symmetry & 4)) return;
    showers = showers.transpose(2, 3);
    if (impact.defined()) impact = impact.flip(1);
}

}  // namespace caloforge::train
