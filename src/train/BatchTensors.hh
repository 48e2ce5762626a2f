#pragma once

#include <torch/torch.h>

#include "data/ShowerBatch.hh"

namespace caloforge::train {

/// A batch as tensors that look at its memory, which has to outlive them and is not to be written to.
struct BatchTensors {
    torch::Tensor showers;   ///< (N, 1, X, Y, Z), GeV
    torch::Tensor incident;  ///< (N, 1), GeV
    torch::Tensor impact;    ///< (N, 2), mm; undefined when the batch holds none

    explicit BatchTensors(const data::ShowerBatch& batch) {
        const auto n = static_cast<std::int64_t>(batch.size());
        const auto& grid = batch.readout.need_grid("training");
        const auto nx = static_cast<std::int64_t>(grid.nx), ny = static_cast<std::int64_t>(grid.ny),
                   nz = static_cast<std::int64_t>(grid.nz);
        const auto energies = batch.conditions.values("energy"), points = batch.conditions.values("impact");
        // from_blob wants memory it could write to; libtorch never writes to its inputs here.
        showers = torch::from_blob(const_cast<float*>(batch.cells.data()), {n, 1, nx, ny, nz});
        incident = torch::from_blob(const_cast<float*>(energies.data()), {n, 1});
        if (!points.empty()) impact = torch::from_blob(const_cast<float*>(points.data()), {n, 2});
    }
};

}  // namespace caloforge::train
