#include "network/Safetensors.hh"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "core/Error.hh"
#include "network/StrictJson.hh"

namespace caloforge::network {
namespace {

using core::InputError;
using core::Json;

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian");

constexpr std::size_t length_bytes = 8;
constexpr std::uint64_t largest_header = 100 << 20;  ///< the limit of the safetensors specification
constexpr std::size_t alignment = 8;

struct Range {
    std::uint64_t begin;
    std::uint64_t end;
};

/// One entry of the header; every number is checked against the size of the data part.
StoredTensor decode_tensor(const Json& entry, std::span<const char> data, const std::string& what,
                           Range& range) {
    StoredTensor tensor;
    const auto member = [&]<class T>(const char* key, T& value) {
        const auto found = entry.is_object() ? entry.find(key) : entry.end();
        const auto read = entry.is_object() && found != entry.end() ? strict_get<T>(*found) : std::nullopt;
        if (!read) {
            throw InputError(
                fmt::format("{}: damaged header entry (`{}` is missing or of a wrong type).", what, key));
        }
        value = *read;
    };
    Shape stated;
    member("dtype", tensor.type);
    member("shape", tensor.shape);
    member("data_offsets", stated);
    const std::size_t width = element_bytes(tensor.type);
    if (width == 0) throw InputError(fmt::format("{}: unknown type {}.", what, tensor.type));
    if (std::any_of(tensor.shape.begin(), tensor.shape.end(), [](auto extent) { return extent < 0; })) {
        throw InputError(fmt::format("{}: negative extent in {}.", what, to_string(tensor.shape)));
    }
    // A negative offset becomes one far outside.
    const std::vector<std::uint64_t> offsets(stated.begin(), stated.end());
    if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size()) {
        throw InputError(fmt::format("{}: its data lie outside the file. Was the file cut off?", what));
    }
    const std::int64_t wanted =
        saturating_product(element_count(tensor.shape), static_cast<std::int64_t>(width));
    if (static_cast<std::uint64_t>(wanted) != offsets[1] - offsets[0]) {
        throw InputError(fmt::format("{}: shape {} does not fit {} bytes.", what, to_string(tensor.shape),
                                     offsets[1] - offsets[0]));
    }
    const auto bytes = std::as_bytes(data.subspan(offsets[0], offsets[1] - offsets[0]));
    tensor.bytes.assign(bytes.begin(), bytes.end());
    range = {offsets[0], offsets[1]};
    return tensor;
}

/// Tensors may neither overlap nor leave holes, so that no byte of the file goes unchecked.
void check_cover(std::vector<Range> ranges, std::size_t size, const std::string& source) {
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
        return a.begin < b.begin || (a.begin == b.begin && a.end < b.end);
    });
    std::uint64_t position = 0;
    for (const Range& range : ranges) {
        if (range.begin != position) throw InputError(source + ": tensors overlap or leave a hole.");
        position = range.end;
    }
    if (position != size) throw InputError(source + ": bytes behind the last tensor.");
}

}  // namespace

std::size_t element_bytes(const std::string& type) {
    static const std::map<std::string, std::size_t> widths{
        {"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8}, {"I32", 4}, {"I16", 2},
        {"I8", 1},  {"U64", 8}, {"U32", 4}, {"U16", 2},  {"U8", 1},  {"BOOL", 1}};
    const auto found = widths.find(type);
    return found == widths.end() ? 0 : found->second;
}

std::string encode_safetensors(const std::map<std::string, std::string>& metadata,
                               const std::map<std::string, StoredTensor>& tensors) {
    Json header = {{"__metadata__", metadata}};
    std::uint64_t offset = 0;
    for (const auto& [name, tensor] : tensors) {
        const auto width = static_cast<std::int64_t>(element_bytes(tensor.type));
        const std::int64_t size = saturating_product(element_count(tensor.shape), width);
        if (width == 0 || size != static_cast<std::int64_t>(tensor.bytes.size()))
            throw std::logic_error(fmt::format("tensor {} does not fit its type and shape", name));
        header[name] = {{"dtype", tensor.type},
                        {"shape", tensor.shape},
                        {"data_offsets", {offset, offset + tensor.bytes.size()}}};
        offset += tensor.bytes.size();
    }
    std::string text = core::to_text(header);
    text.append((alignment - (length_bytes + text.size()) % alignment) % alignment, ' ');
    const std::uint64_t length = text.size();
    std::string out(length_bytes, '\0');
    std::memcpy(out.data(), &length, length_bytes);
    out += text;
    for (const auto& [name, tensor] : tensors) {
        out.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
    }
    return out;
}

DecodedSafetensors decode_safetensors(std::span<const char> bytes, const std::string& source) {
    std::uint64_t length = 0;
    if (bytes.size() >= length_bytes) std::memcpy(&length, bytes.data(), length_bytes);
    if (length == 0 || length > largest_header || length > bytes.size() - length_bytes) {
        throw InputError(source +
                         ": not a safetensors file, or cut off within its header. Is it a weights file?");
    }
    const std::span<const char> text = bytes.subspan(length_bytes, length);
    const std::span<const char> data = bytes.subspan(length_bytes + length);
    const auto header = parse_object({text.data(), text.size()});
    if (!header) throw InputError(source + ": its header is not a JSON object. Is the file damaged?");

    DecodedSafetensors out;
    std::vector<Range> ranges;
    for (const auto& [name, entry] : header->items()) {
        if (name == "__metadata__") {
            try {
                out.metadata = entry.get<std::map<std::string, std::string>>();
            } catch (const Json::exception&) {
                throw InputError(source + ": its metadata is not a map of texts. Is the file damaged?");
            }
            continue;
        }
        Range range{};
        out.tensors[name] = decode_tensor(entry, data, fmt::format("{}: tensor `{}`", source, name), range);
        ranges.push_back(range);
    }
    check_cover(std::move(ranges), data.size(), source);
    return out;
}

}  // namespace caloforge::network
