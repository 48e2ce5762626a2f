#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "engine/cuda/ConvolutionShapes.hh"
#include "engine/cuda/Program.hh"
#include "engine/cuda/SequenceBody.hh"
#include "sample/Columns.hh"

namespace caloforge::engine::cuda::test {

/// Runs a program on the host: what the GPU's threads do, one after the other. Everything but the launches
/// and the copies is the code that the GPU runs.
class HostRun {
  public:
    /// `rows`: of the memory, a multiple of block_rows.
    HostRun(const Program& program, std::uint32_t rows)
        : program_(program),
          rows_(rows),
          values_(program.row_floats * rows, std::numeric_limits<float>::quiet_NaN()),
          keys_(rows),
          given_(program.input_floats * rows) {}

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
        for (std::size_t i = 0; i < program_.launches.size(); ++i) {
            const Launch& launch = program_.launches[order.empty() ? i : order[i]];
            std::visit([&](const auto& work) { run(work, launch.items); }, launch.work);
        }
        std::vector<std::vector<float>> out;
        for (const OutputWork& output : program_.output_works) {
            auto& values = out.emplace_back();
            for (std::uint32_t row = 0; row < used_; ++row) {
                const Place place(memory(), row);
                for (std::uint32_t e = 0; e < output.elements; ++e)
                    values.push_back(place.at(output.from + e));
            }
        }
        return out;
    }
    /// Dense layers make so many blocks of rows at once.
    int dense_blocks = 1;
    /// In which order launches are run; empty: one after the other.
    std::vector<std::size_t> order;

  private:
    Memory memory() {
        return {values_.data(),
                program_.row_floats,
                program_.tables.data(),
                keys_.data(),
                given_.data(),
                nullptr,
                &used_,
                rows_};
    }

    void run(const SmallWork& small, std::uint32_t items) {
        std::visit([&](const auto& work) { run(work, items); }, small);
    }
    void run(const SequenceWork& sequence, std::uint32_t) {
        const auto* steps =
            reinterpret_cast<const SequenceStep*>(program_.tables.data() + sequence.steps.begin);
        for (const SequenceStep& step : std::span(steps, sequence.count)) {
            for (std::uint32_t item = 0; item < step.items; ++item) {
                for (std::uint32_t row = 0; row < used_; ++row) run_step(step, Place(memory(), row), item);
            }
        }
    }
    template <class Body>
    void run(const Body& body, std::uint32_t items) {
        for (std::uint32_t item = 0; item < items; ++item) {
            for (std::uint32_t row = 0; row < used_; ++row) body(Place(memory(), row), item);
        }
    }
    void run(const DenseWork& work, std::uint32_t items) {
        if (dense_blocks == 1) return run(DenseBody<1>{work}, items);
        for (std::uint32_t item = 0; item < items; ++item) {
            for (std::uint32_t block = 0; block * block_rows < used_; block += 4) {
                for (std::uint32_t lane = 0; lane < block_rows; ++lane)
                    DenseBody<4>{work}(Place(memory(), block * block_rows + lane), item);
            }
        }
    }
    void run(const ConvolutionWork& work, std::uint32_t items) {
        const auto visit = [&](const auto& body) { run(body, items); };
        switch (work.shape.filters) {
            case 8:
                return with_body<8>(work, visit);
            case 6:
                return with_body<6>(work, visit);
            case 4:
                return with_body<4>(work, visit);
            case 2:
                return with_body<2>(work, visit);
            default:
                return with_body<1>(work, visit);
        }
    }

    const Program& program_;
    std::uint32_t rows_;
    std::uint32_t used_ = 0;
    std::vector<float> values_;
    std::vector<sample::Key> keys_;
    std::vector<float> given_;
};

}  // namespace caloforge::engine::cuda::test
