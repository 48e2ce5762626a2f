#pragma once

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "core/Random.hh"
#include "sample/Columns.hh"
#include "sample/Key.hh"

namespace caloforge::engine::cuda::test {

/// Keys of two seeds, and inputs that a trained model takes: energies between 10 and 500, small numbers for
/// everything else.
struct MadeUpRows {
    sample::Fields fields;
    std::vector<sample::Key> keys;
    std::vector<std::vector<float>> values;

    MadeUpRows(const sample::Fields& inputs, std::size_t count) : fields(inputs) {
        for (std::size_t i = 0; i < count; ++i) keys.push_back({i % 5 == 4 ? ~std::uint64_t{7} : 7, i});
        std::uint32_t stream = 0;
        for (const sample::Field& field : inputs) {
            auto& one = values.emplace_back(count * field.elements());
            core::RandomStream(3, 0, stream++).uniform(one);
            for (float& x : one) x = field.name == "energy" ? 10 + 490 * x : 2 * x - 1;
        }
    }
    /// Rows [begin, begin + count) of all.
    sample::ColumnsView view(std::size_t begin, std::size_t count) const {
        sample::ColumnsView all(keys.size());
        for (std::size_t i = 0; i < fields.size(); ++i) all.add(fields[i].name, values[i]);
        return all.part(begin, count);
    }
    sample::ColumnsView view() const { return view(0, keys.size()); }
};

/// A shipped model, in the source folder or, where the test was moved to another machine, in the folder that
/// CALOFORGE_TEST_ROOT names.
inline std::filesystem::path model_file(const std::string& name) {
    const char* root = std::getenv("CALOFORGE_TEST_ROOT");
    return std::filesystem::path(root ? root : CALOFORGE_SOURCE_DIR) / "models" / (name + ".safetensors");
}

}  // namespace caloforge::engine::cuda::test
