#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "network/NetworkSpec.hh"

namespace caloforge::network {

/// A dense array in row-major order, little-endian. `type` is safetensors' name: "F32", "F64", "I64", ...
struct StoredTensor {
    std::string type = "F32";
    Shape shape;
    std::vector<std::byte> bytes;
    bool operator==(const StoredTensor&) const = default;
};

/// A safetensors file as Caloforge writes it: named tensors and one JSON document about them
/// (doc/format/weights.md). Plain data, no libtorch.
struct WeightsFile {
    /// "format_version", "kind" ("model" or "checkpoint"), "networks", "detector", "normalisation",
    /// "conditions", "training", "optimisers" (checkpoints), "validation", ...
    core::Json document = core::Json::object();
    std::map<std::string, StoredTensor> tensors;

    /// Throws InputError: not a safetensors file, truncated, checksum differs, unknown format version, and so
    /// on.
    static WeightsFile read(const std::filesystem::path& path);
    /// The same by the name of a shipped model, or a file (core/Shipped.hh).
    static WeightsFile find(const std::string& name_or_file);
    /// Where find() finds it.
    static std::filesystem::path path_of(const std::string& name_or_file);
    /// The same from the bytes of such a file; messages start with `source`.
    static WeightsFile parse(std::string bytes, const std::string& source);
    /// Whole or not at all. Throws RunError (full disk).
    void write(const std::filesystem::path& path) const;

    /// The spec in document["networks"][role], checked (plan_network) and its tensors
    /// "<role>.<layer>.<tensor>" there, float32 and of the right shape, no NaN, and none that no layer names
    /// (in a checkpoint only "<role>." ones are looked at: it holds the optimisers' too). Throws InputError
    /// naming network, layer and tensor.
    NetworkSpec network(const std::string& role) const;
    /// A copy with the network `role` and its tensors, and no other. Throws InputError as network() does.
    WeightsFile only(const std::string& role) const;
};

inline constexpr int weights_format_version = 1;

/// Does the file begin like a safetensors file (a header length, then a JSON object)?
bool looks_like_safetensors(const std::filesystem::path& path);

}  // namespace caloforge::network
