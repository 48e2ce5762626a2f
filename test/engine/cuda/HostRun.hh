#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "engine/cuda/HostLaunch.hh"
#include "engine/cuda/Program.hh"
#include "sample/Columns.hh"

namespace caloforge::engine::cuda::test {

/// Runs a program on the host. Everything but the launches and the copies is the code that the GPU runs.
class HostRun {
  public:
    /// `rows`: of the memory, a multiple of block_rows.
    HostRun(const Program& program, std::uint32_t rows)
        : program_(program),
          rows_(rows),
          values_(program.row_floats * rows),
          keys_(rows),
          given_(program.input_floats * rows),
          made_(program.output_floats * rows) {}

    /// Every output of the rows, in the order of Program::outputs. At most `rows` keys.
    std::vector<std::vector<float>> operator()(std::span<const sample::Key> keys,
                                               const sample::ColumnsView& inputs) {
        used_ = static_cast<std::uint32_t>(keys.size());
        std::copy(keys.begin(), keys.end(), keys_.begin());
        float* port = given_.data();
        for (const sample::Field& field : program_.inputs) {
            std::ranges::copy(inputs.values(field.name), port);
            port += field.elements() * rows_;
        }
        // Poison: whatever is read must have been written in this run.
        std::ranges::fill(values_, std::numeric_limits<float>::quiet_NaN());
        const Memory memory = {values_.data(),
                               program_.row_floats,
                               program_.tables.data(),
                               keys_.data(),
                               given_.data(),
                               made_.data(),
                               &used_,
                               rows_};
        const HostLaunch launch(memory, dense_blocks);
        for (std::size_t i = 0; i < program_.launches.size(); ++i)
            launch(program_.launches[order.empty() ? i : order[i]]);
        std::vector<std::vector<float>> out;
        for (const OutputWork& output : program_.output_works) {
            launch(output);
            const float* from = made_.data() + static_cast<std::size_t>(output.before) * rows_;
            out.emplace_back(from, from + static_cast<std::size_t>(used_) * output.elements);
        }
        return out;
    }
    /// Dense layers make so many blocks of rows at once.
    int dense_blocks = 1;
    /// In which order launches are run; empty: one after the other.
    std::vector<std::size_t> order;

  private:
    const Program& program_;
    std::uint32_t rows_;
    std::uint32_t used_ = 0;
    std::vector<float> values_;
    std::vector<sample::Key> keys_;
    std::vector<float> given_;
    std::vector<float> made_;
};

}  // namespace caloforge::engine::cuda::test
