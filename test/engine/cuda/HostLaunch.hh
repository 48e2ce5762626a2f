#pragma once

#include <span>
#include <type_traits>

#include "engine/cuda/ConvolutionShapes.hh"
#include "engine/cuda/Launch.hh"
#include "engine/cuda/SequenceBody.hh"

namespace caloforge::engine::cuda::test {

/// Runs a launch on the host: what the GPU's threads do, one after the other, for the rows that are asked
/// for.
class HostLaunch {
  public:
    /// `dense_blocks`: dense layers make so many blocks of rows at once, 1 or 4.
    explicit HostLaunch(const Memory& memory, int dense_blocks = 1)
        : memory_(memory), dense_blocks_(dense_blocks) {}

    void operator()(const Launch& launch) const {
        std::visit([&](const auto& work) { run(work, launch.items); }, launch.work);
    }
    void operator()(const OutputWork& output) const {
        float* to = memory_.made + static_cast<std::size_t>(output.before) * memory_.rows;
        for (std::uint32_t row = 0; row < *memory_.used; ++row) {
            const Place place(memory_, row);
            for (std::uint32_t e = 0; e < output.elements; ++e) *to++ = place.at(output.from + e);
        }
    }

  private:
    void run(const SmallWork& small, std::uint32_t items) const {
        std::visit([&](const auto& work) { run(work, items); }, small);
    }
    void run(const SequenceWork& sequence, std::uint32_t) const {
        const auto* steps = reinterpret_cast<const SequenceStep*>(memory_.tables + sequence.steps.begin);
        for (const SequenceStep& step : std::span(steps, sequence.count))
            each(step.items, [&](const Place& place, std::uint32_t item) { run_step(step, place, item); });
    }
    void run(const DenseWork& work, std::uint32_t items) const {
        if (dense_blocks_ == 1) return each(items, DenseBody<1>{work});
        for (std::uint32_t item = 0; item < items; ++item) {
            for (std::uint32_t block = 0; block * block_rows < *memory_.used; block += 4) {
                for (std::uint32_t lane = 0; lane < block_rows; ++lane)
                    DenseBody<4>{work}(Place(memory_, block * block_rows + lane), item);
            }
        }
    }
    void run(const ConvolutionWork& work, std::uint32_t items) const {
        const auto visit = [&](const auto& body) { each(items, body); };
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
    template <class Body>
    void run(const Body& body, std::uint32_t items) const {
        each(items, body);
    }

    template <class Body>
    void each(std::uint32_t items, const Body& body) const {
        for (std::uint32_t item = 0; item < items; ++item) {
            for (std::uint32_t row = 0; row < *memory_.used; ++row) body(Place(memory_, row), item);
        }
    }

    const Memory& memory_;
    int dense_blocks_;
};

}  // namespace caloforge::engine::cuda::test
