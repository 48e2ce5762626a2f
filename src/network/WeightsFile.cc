#include "network/WeightsFile.hh"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <set>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Hash.hh"
#include "core/Shipped.hh"
#include "core/Suggest.hh"
#include "network/NetworkPlan.hh"
#include "network/Safetensors.hh"
#include "network/StrictJson.hh"

namespace caloforge::network {
namespace {

using core::InputError;
using core::Json;

// Keys of the safetensors metadata; both values are texts.
constexpr const char* document_key = "caloforge";
constexpr const char* checksum_key = "checksum";

/// The checksum of the file while its own digits are zeros.
const std::string zero_checksum(core::Hash::hex_digits, '0');

std::string checksum_field(const std::string& digits) {
    return fmt::format("\"{}\":\"{}\"", checksum_key, digits);
}

/// Where the checksum's digits stand in the file: the first such field, since the metadata lead the header
/// and their keys are sorted (the document's own quotes are escaped in its text).
std::size_t find_checksum(const std::string& bytes, const std::string& digits) {
    const std::size_t found = bytes.find(checksum_field(digits));
    return found == std::string::npos ? found : found + checksum_field("").size() - 1;
}

void check_values(const StoredTensor& tensor, const std::string& name) {
    for (std::size_t i = 0; i < tensor.bytes.size(); i += sizeof(float)) {
        float value = 0;
        std::memcpy(&value, tensor.bytes.data() + i, sizeof value);
        if (!std::isfinite(value)) {
            throw InputError(fmt::format("tensor `{}` holds {} (element {}). Did the training diverge?", name,
                                         value, i / sizeof(float)));
        }
    }
}

}  // namespace

void WeightsFile::write(const std::filesystem::path& path) const {
    // Texts of the system (a host's name) may be no UTF-8: hours of training must not be lost over that.
    const std::string text = core::to_text(document);
    std::string bytes = encode_safetensors({{document_key, text}, {checksum_key, zero_checksum}}, tensors);
    const std::size_t place = find_checksum(bytes, zero_checksum);
    bytes.replace(place, zero_checksum.size(), core::Hash().add(bytes).hex());
    core::write_text(path, bytes);
}

WeightsFile WeightsFile::read(const std::filesystem::path& path) {
    return parse(core::read_text(path), path.string());
}

WeightsFile WeightsFile::find(const std::string& name_or_file) {
    return read(path_of(name_or_file));
}

std::filesystem::path WeightsFile::path_of(const std::string& name_or_file) {
    return core::find_shipped({"model", "models", ".safetensors"}, name_or_file);
}

WeightsFile WeightsFile::only(const std::string& role) const {
    WeightsFile out;
    out.document = document;
    out.document["networks"] = Json::object();
    out.document["networks"][role] = network(role).json();
    const std::string prefix = role + ".";
    for (const auto& [name, tensor] : tensors) {
        if (name.starts_with(prefix)) out.tensors[name] = tensor;
    }
    return out;
}

WeightsFile WeightsFile::parse(std::string bytes, const std::string& source) {
    DecodedSafetensors decoded = decode_safetensors(bytes, source);
    if (decoded.metadata.count(document_key) == 0 || decoded.metadata.count(checksum_key) == 0) {
        throw InputError(
            source +
            ": a safetensors file, but not one of Caloforge's (it holds no network). Is it another model?");
    }
    const std::string stated = decoded.metadata[checksum_key];
    const std::size_t place = find_checksum(bytes, stated);
    if (stated.size() == zero_checksum.size() && place != std::string::npos)
        bytes.replace(place, stated.size(), zero_checksum);
    if (const std::string found = core::Hash().add(bytes).hex(); found != stated) {
        throw InputError(fmt::format("{}: damaged (its checksum is {}, it states {}). Copy it again?", source,
                                     found, stated));
    }
    WeightsFile file;
    auto parsed = parse_object(decoded.metadata[document_key]);
    if (!parsed) throw InputError(source + ": its document is not a JSON object.");
    file.document = *std::move(parsed);
    const Json version = file.document.value("format_version", Json());
    if (version != weights_format_version) {
        throw InputError(fmt::format("{}: format version {} (this program reads {}). Update Caloforge?",
                                     source, core::to_text(version), weights_format_version));
    }
    file.tensors = std::move(decoded.tensors);
    return file;
}

NetworkSpec WeightsFile::network(const std::string& role) const {
    const Json networks = document.value("networks", Json::object());
    if (!networks.is_object() || !networks.contains(role)) {
        throw InputError(fmt::format("the weights file holds no network `{}`.", role));
    }
    NetworkSpec spec = NetworkSpec::from_json(networks.at(role));
    const NetworkPlan plan = plan_network(spec);
    std::vector<std::string> names;
    for (const auto& [name, tensor] : tensors) names.push_back(name);
    std::set<std::string> used;
    for (const auto& step : plan.steps) {
        for (const auto& wanted : step.plan.tensors) {
            const std::string name = fmt::format("{}.{}.{}", role, step.layer->name, wanted.role);
            const auto found = tensors.find(name);
            if (found == tensors.end()) {
                throw InputError(
                    fmt::format("tensor `{}` is missing.{}", name, core::did_you_mean(name, names)));
            }
            if (found->second.type != "F32" || found->second.shape != wanted.shape) {
                throw InputError(fmt::format("tensor `{}` is {} {} (F32 {} is wanted).", name,
                                             found->second.type, to_string(found->second.shape),
                                             to_string(wanted.shape)));
            }
            check_values(found->second, name);
            used.insert(name);
        }
    }
    // What nobody reads is a sign of a network that is not the one that was trained.
    const bool model = document.value("kind", Json()) == "model";
    for (const auto& name : names) {
        const std::string owner = name.substr(0, name.find('.'));
        if ((owner == role && used.count(name) == 0) || (model && !networks.contains(owner))) {
            throw InputError(fmt::format(
                "tensor `{}` belongs to no layer of the file's networks. Was it written by another version?",
                name));
        }
    }
    return spec;
}

bool looks_like_safetensors(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    char head[9] = {};
    in.read(head, sizeof head);
    std::uint64_t length = 0;
    std::memcpy(&length, head, sizeof length);
    return in.gcount() == sizeof head && head[8] == '{' && length < (100U << 20);
}

}  // namespace caloforge::network
