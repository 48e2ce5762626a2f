#pragma once

#include <map>
#include <span>
#include <string>

#include "network/WeightsFile.hh"

namespace caloforge::network {

/// The safetensors container: 8 bytes little-endian header length, JSON header, tensor bytes. Alignment: the
/// header is padded with spaces to a multiple of 8. The bytes of the whole file, from text metadata and
/// tensors. Throws std::logic_error for a tensor whose bytes do not fit its type and shape.
std::string encode_safetensors(const std::map<std::string, std::string>& metadata,
                               const std::map<std::string, StoredTensor>& tensors);

struct DecodedSafetensors {
    std::map<std::string, std::string> metadata;
    std::map<std::string, StoredTensor> tensors;
};
/// Throws InputError starting with `source`. Checks every offset before it is used.
DecodedSafetensors decode_safetensors(std::span<const char> bytes, const std::string& source);

/// Bytes per element of a safetensors type name; 0 for an unknown one.
std::size_t element_bytes(const std::string& type);

}  // namespace caloforge::network
