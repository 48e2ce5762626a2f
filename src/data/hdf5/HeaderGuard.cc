#include "data/hdf5/HeaderGuard.hh"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deque>
#include <fstream>

namespace caloforge::data::hdf5 {

#if H5_VERSION_GE(1, 12, 0)

bool is_safe_to_open(hid_t, const std::string&) {
    return true;  // decodes the header with checks of its own
}

#else
namespace {

// HDF5 File Format Specification 2.0, section IV.A: object headers and, in it, the messages below.
constexpr std::size_t prefix_bytes = 16;
constexpr std::size_t message_prefix_bytes = 8;
constexpr unsigned space_message = 0x0001;
constexpr unsigned layout_message = 0x0008;
constexpr unsigned attribute_message = 0x000c;
constexpr unsigned continuation_message = 0x0010;
constexpr unsigned chunked_class = 2;
constexpr std::size_t max_block_bytes = std::size_t{1} << 20;
constexpr int max_blocks = 64;

struct Block {
    std::uint64_t address;
    std::uint64_t length;
};

template <class T>
T value_at(const std::vector<unsigned char>& bytes, std::size_t at) {
    T value{};
    if (at + sizeof(T) <= bytes.size()) std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
}

std::vector<unsigned char> read_bytes(std::ifstream& in, std::uint64_t address, std::uint64_t length) {
    std::vector<unsigned char> bytes(std::min<std::uint64_t>(length, max_block_bytes));
    in.clear();
    in.seekg(static_cast<std::streamoff>(address & INT64_MAX));
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
    return bytes;
}

/// What a header states. Numbers of axes must agree, and no chunk length may be 0.
struct Findings {
    int of_space = 0;
    int of_chunks = 0;
    bool chunked = false;
    bool zero_length = false;
    bool bad_attribute = false;

    bool sound() const { return !bad_attribute && (!chunked || (!zero_length && of_chunks == of_space)); }
};

/// `at`: where the layout message's data begin.
void look_at_layout(const std::vector<unsigned char>& bytes, std::size_t at, Findings& found) {
    const auto version = value_at<std::uint8_t>(bytes, at);
    const bool old = version < 3;
    const auto kind = value_at<std::uint8_t>(bytes, at + (old ? 2 : 1));
    if (version > 3 || kind != chunked_class) return;
    const int rank = value_at<std::uint8_t>(bytes, at + (old ? 1 : 2));
    // An address of 8 bytes stands before the lengths; the last length is the size of a value.
    const std::size_t lengths = at + (old ? 8 : 3) + 8;
    found.chunked = true;
    found.of_chunks = rank - 1;
    for (int axis = 0; axis < rank; ++axis) {
        if (value_at<std::uint32_t>(bytes, lengths + 4 * axis) == 0) found.zero_length = true;
    }
}

/// Number of values in the dataspace message at `at`, at most `limit` + 1.
std::uint64_t space_size(const std::vector<unsigned char>& bytes, std::size_t at, std::uint64_t limit) {
    const bool old = value_at<std::uint8_t>(bytes, at) == 1;
    const std::size_t rank = value_at<std::uint8_t>(bytes, at + 1);
    std::uint64_t count = 1;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        const auto length = value_at<std::uint64_t>(bytes, at + (old ? 8 : 4) + 8 * axis);
        if (length == 0) return 0;
        if (length > limit / count) return limit + 1;
        count *= length;
    }
    return count;
}

/// True when name, type, space and values of the attribute message at `at` lie within its `size` bytes:
/// HDF5 1.10 copies what they claim. Types shared with other objects cannot be seen from here and count as
/// bad.
bool is_sound_attribute(const std::vector<unsigned char>& bytes, std::size_t at, std::size_t size) {
    const auto version = value_at<std::uint8_t>(bytes, at);
    if (version < 1 || version > 3 || at + size > bytes.size()) return false;
    if (version > 1 && value_at<std::uint8_t>(bytes, at + 1) != 0) return false;
    const auto padded = [version](std::size_t length) {
        return version == 1 ? (length + 7) / 8 * 8 : length;
    };
    const std::size_t name_bytes = value_at<std::uint16_t>(bytes, at + 2);
    const std::size_t type_bytes = value_at<std::uint16_t>(bytes, at + 4);
    const std::size_t space_bytes = value_at<std::uint16_t>(bytes, at + 6);
    const std::size_t name = at + (version == 3 ? 9 : 8);
    const std::size_t type = name + padded(name_bytes);
    const std::size_t space = type + padded(type_bytes);
    const std::size_t values = space + padded(space_bytes);
    if (name_bytes == 0 || type_bytes < 8 || space_bytes < 4 || values > at + size) return false;
    if (bytes[name + name_bytes - 1] != 0) return false;
    const std::uint64_t room = at + size - values;
    const std::uint64_t value_bytes = value_at<std::uint32_t>(bytes, type + 4);
    return space_size(bytes, space, room) <= (value_bytes == 0 ? room : room / value_bytes);
}

std::string file_name(hid_t file) {
    std::string name(4096, '\0');
    const auto length = H5Fget_name(file, name.data(), name.size());
    name.resize(length < 0 ? 0 : std::min<std::size_t>(static_cast<std::size_t>(length), name.size() - 1));
    return name;
}

/// Bytes before the superblock: addresses count from there.
std::uint64_t user_block(hid_t file) {
    const Handle properties(H5Fget_create_plist(file));
    hsize_t bytes = 0;
    H5Pget_userblock(properties.id(), &bytes);
    return bytes;
}

}  // namespace

bool is_safe_to_open(hid_t file, const std::string& name) {
    H5O_info_t info;
    if (H5Oget_info_by_name2(file, name.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0) return false;
    std::ifstream in(file_name(file), std::ios::binary);
    const std::uint64_t base = user_block(file);
    const auto prefix = read_bytes(in, base + info.addr, prefix_bytes);
    if (value_at<std::uint8_t>(prefix, 0) != 1) return true;
    std::deque<Block> blocks{{base + info.addr + prefix_bytes, value_at<std::uint32_t>(prefix, 8)}};
    Findings found;
    for (int seen = 0; !blocks.empty() && seen < max_blocks; ++seen) {
        const auto bytes = read_bytes(in, blocks.front().address, blocks.front().length);
        blocks.pop_front();
        for (std::size_t at = 0; at + message_prefix_bytes <= bytes.size();) {
            const auto type = value_at<std::uint16_t>(bytes, at);
            const auto size = value_at<std::uint16_t>(bytes, at + 2);
            at += message_prefix_bytes;
            if (type == space_message) found.of_space = value_at<std::uint8_t>(bytes, at + 1);
            if (type == layout_message) look_at_layout(bytes, at, found);
            if (type == attribute_message && !is_sound_attribute(bytes, at, size)) found.bad_attribute = true;
            if (type == continuation_message) {
                blocks.push_back(
                    {base + value_at<std::uint64_t>(bytes, at), value_at<std::uint64_t>(bytes, at + 8)});
            }
            at += size;
        }
    }
    return found.sound();
}

#endif

}  // namespace caloforge::data::hdf5
