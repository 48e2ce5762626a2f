#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "core/AtomicFile.hh"
#include "core/Hash.hh"
#include "network/NetworkPlan.hh"
#include "network/Safetensors.hh"
#include "network/WeightsFile.hh"

namespace caloforge::network::test {

/// "x" (2) -> dense 3 -> relu "y" (3): tensors g.d.weight (3, 2) and g.d.bias (3).
inline NetworkSpec small_spec() {
    return {"small",
            {{"x", {2}, "GeV"}},
            {{"d", "dense", {"x"}, {{"units", 3}}}, {"y", "relu", {"d"}, core::Json::object()}},
            {{"y", {3}, "GeV"}}};
}

inline StoredTensor float_tensor(const Shape& shape, const std::vector<float>& values) {
    StoredTensor tensor{"F32", shape, std::vector<std::byte>(values.size() * sizeof(float))};
    std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
    return tensor;
}

/// A model file of `small_spec` under the role "g", with weights 1 to 9.
inline WeightsFile small_file() {
    WeightsFile file;
    file.document = {{"format_version", weights_format_version},
                     {"kind", "model"},
                     {"note", "a \"checksum\":\"0\" in quotes, \u00e9, and a\nnew line"}};
    file.document["networks"]["g"] = small_spec().json();
    file.tensors["g.d.weight"] = float_tensor({3, 2}, {1, 2, 3, 4, 5, 6});
    file.tensors["g.d.bias"] = float_tensor({3}, {7, 8, 9});
    return file;
}

/// Not synced to disk, unlike core::write_text: the fuzz tests write thousands of files. (Some file systems
/// sync a file that is written over; hence the removal.)
inline void put(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::remove(path);
    std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string written(const WeightsFile& file, const std::filesystem::path& path) {
    file.write(path);
    return core::read_text(path);
}

/// A file with a true checksum, whatever the two texts and the tensors are.
inline std::string sealed(const std::string& document, const std::map<std::string, StoredTensor>& tensors) {
    const std::string zeros(32, '0');
    std::string bytes = encode_safetensors({{"caloforge", document}, {"checksum", zeros}}, tensors);
    return bytes.replace(bytes.find(zeros), zeros.size(), core::Hash().add(bytes).hex());
}

}  // namespace caloforge::network::test
