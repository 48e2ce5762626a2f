#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "geometry/Readout.hh"
#include "sample/Columns.hh"

namespace caloforge::data {

/// N showers of one read-out. Owns its arrays; one thread at a time.
struct ShowerBatch {
    geometry::Readout readout;
    /// N rows: `energy`, and what else is known of how the showers were made (sample/Field.hh).
    sample::Columns conditions;
    /// (N, cells of the read-out, in its order), GeV deposited in the active material, >= 0
    std::vector<float> cells;

    std::size_t size() const { return conditions.rows(); }
    std::span<const float> shower(std::size_t i) const {
        return {cells.data() + i * readout.cells(), readout.cells()};
    }
    std::span<float> shower(std::size_t i) { return {cells.data() + i * readout.cells(), readout.cells()}; }
};

}  // namespace caloforge::data
