#pragma once

#include "engine/cuda/MadeUpRows.hh"
#include "engine/cuda/device/Engine.hh"

namespace caloforge::engine::cuda::test {

/// By output: (rows, elements).
using Rows = std::vector<std::vector<float>>;

/// Rows [begin, begin + count), through an engine on a device or a pretended one.
inline Rows run_rows(const Engine& engine, Engine::Workspace& workspace, const MadeUpRows& rows,
                     std::size_t begin, std::size_t count) {
    Rows out;
    for (const sample::Field& field : engine.outputs()) out.emplace_back(count * field.elements(), -7.0F);
    const std::vector<std::span<float>> places(out.begin(), out.end());
    engine.run(std::span(rows.keys).subspan(begin, count), rows.view(begin, count), workspace, places);
    return out;
}

}  // namespace caloforge::engine::cuda::test
