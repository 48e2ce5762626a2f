#pragma once

#include <torch/torch.h>

#include <map>
#include <string>

#include "data/ShowerBatch.hh"

namespace caloforge::train {

/// A batch as tensors that look at its memory, which has to outlive them and is not to be written to.
struct BatchTensors {
    torch::Tensor showers;                            ///< (N, 1, X, Y, Z), GeV; see below
    std::map<std::string, torch::Tensor> conditions;  ///< (N, shape...) by field; those that the batch holds

    /// Of cylindrical cells that are alike in all layers X are the sectors and Y the rings. Throws InputError
    /// for others.
    explicit BatchTensors(const data::ShowerBatch& batch) {
        const auto n = static_cast<std::int64_t>(batch.size());
        const auto whole = [](std::size_t count) { return static_cast<std::int64_t>(count); };
        const geometry::ReadoutRings* rings = batch.readout.rings();
        if (rings && rings->is_regular()) {
            const auto& layer = rings->layers()[0];
            showers = look_at(batch.cells, {n, 1, whole(batch.readout.layers()), whole(layer.sectors),
                                            whole(layer.rings())})
                          .movedim(2, 4);
        } else {
            const geometry::ReadoutGrid& grid = batch.readout.need_grid("training");
            showers = look_at(batch.cells, {n, 1, whole(grid.nx), whole(grid.ny), whole(grid.nz)});
        }
        for (const sample::Field& field : batch.conditions.fields()) {
            sample::Shape shape{n};
            shape.insert(shape.end(), field.shape.begin(), field.shape.end());
            conditions[field.name] = look_at(batch.conditions.values(field.name), shape);
        }
    }

    const torch::Tensor& energy() const { return conditions.at(sample::energy_field.name); }

  private:
    // from_blob wants memory it could write to; libtorch never writes to its inputs here.
    static torch::Tensor look_at(std::span<const float> values, const sample::Shape& shape) {
        return torch::from_blob(const_cast<float*>(values.data()), shape);
    }
};

}  // namespace caloforge::train
