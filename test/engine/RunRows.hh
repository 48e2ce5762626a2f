#pragma once

#include <vector>

#include "engine/cpu/Engine.hh"

namespace caloforge::engine::cpu::test {

/// Every output of the rows, in the order of Engine::outputs().
inline std::vector<std::vector<float>> run_rows(const Engine& engine, std::span<const sample::Key> keys,
                                                const sample::ColumnsView& inputs) {
    Engine::Workspace workspace(engine);
    std::vector<std::vector<float>> out;
    std::vector<std::span<float>> places;
    for (const sample::Field& field : engine.outputs()) out.emplace_back(keys.size() * field.elements());
    places.assign(out.begin(), out.end());
    engine.run(keys, inputs, workspace, places);
    return out;
}

/// Of a network with one input of one number and one output.
inline std::vector<float> run_rows(const Engine& engine, std::span<const sample::Key> keys,
                                   std::span<const float> values) {
    sample::ColumnsView inputs(keys.size());
    inputs.add(engine.inputs().at(0).name, values);
    return run_rows(engine, keys, inputs).at(0);
}

}  // namespace caloforge::engine::cpu::test
