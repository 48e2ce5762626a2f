#include "data/hdf5/ChunkedSource.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "core/Error.hh"
#include "data/hdf5/ChunkCodec.hh"

namespace caloforge::data::hdf5 {
using core::InputError;
namespace {

constexpr std::size_t max_slab_bytes = std::size_t{1} << 30;
/// Deflate never shrinks data more than this (zlib's technical notes: 1032 : 1) ...
constexpr std::uint64_t max_deflate_ratio = 1040;
/// ... and grows them by no more than a thousandth and a few bytes.
constexpr std::uint64_t deflate_growth(std::uint64_t bytes) {
    return bytes / 512 + 4096;
}

/// Steps `offset` to the next chunk of the same slab; false behind the last one.
bool next_chunk(std::vector<hsize_t>& offset, const DatasetHeader& header) {
    for (std::size_t axis = offset.size(); axis-- > 1;) {
        offset[axis] += header.chunks[axis];
        if (offset[axis] < header.shape[axis]) return true;
        offset[axis] = 0;
    }
    return false;
}

}  // namespace

ChunkedSource::ChunkedSource(hid_t dataset, const DatasetHeader& header, const std::filesystem::path& path)
    : dataset_(dataset), header_(header), path_(path), type_(H5Dget_type(dataset)) {
    native_ = H5Tequal(type_.id(), H5T_NATIVE_FLOAT) > 0;
    for (const auto length : header_.chunks) chunk_values_ *= length;
    for (std::size_t axis = 1; axis < header_.shape.size(); ++axis) row_values_ *= header_.shape[axis];
    const std::uint64_t rows = std::min(header_.chunks[0], header_.shape[0]);
    if (row_values_ > 0 && rows > max_slab_bytes / sizeof(float) / row_values_) {
        throw InputError(
            fmt::format("cannot read `{}` of {} (its chunks span {} showers, too many to hold). "
                        "Repack it with chunks of a few showers?",
                        header_.name, path_.string(), rows));
    }
}

void ChunkedSource::refuse(const std::vector<hsize_t>& offset, const std::string& why) const {
    throw InputError(fmt::format("cannot read `{}` of {} (chunk at shower {}: {}). Is the file damaged?",
                                 header_.name, path_.string(), offset[0], why));
}

std::span<const float> ChunkedSource::slab(std::size_t index) {
    const std::size_t first = index * slab_rows();
    const std::size_t rows = std::min<std::size_t>(slab_rows(), header_.shape[0] - first);
    if (slab_index_ != index) {
        slab_index_ = SIZE_MAX;
        slab_.resize(rows * row_values_);
        std::vector<hsize_t> offset(header_.shape.size(), 0);
        offset[0] = first;
        do {
            place(offset, decode(offset));
        } while (next_chunk(offset, header_));
        slab_index_ = index;
    }
    return slab_;
}

void ChunkedSource::read_packed(const std::vector<hsize_t>& offset) {
    const std::size_t whole = chunk_values_ * header_.value_bytes;
    hsize_t stored = 0;
    if (H5Dget_chunk_storage_size(dataset_, offset.data(), &stored) < 0 || stored == 0) {
        refuse(offset, "it is not stored");
    }
    // Before memory is taken for either form.
    if (stored > whole + deflate_growth(whole) || whole / max_deflate_ratio > stored) {
        refuse(offset, fmt::format("it claims {} bytes for {}", stored, whole));
    }
    bytes_.resize(stored);
    std::uint32_t skipped = 0;  // bits of the filters that were not applied to this chunk
    if (H5Dread_chunk(dataset_, H5P_DEFAULT, offset.data(), &skipped, bytes_.data()) < 0) {
        refuse(offset, last_error());
    }
    for (std::size_t i = header_.filters.size(); i-- > 0;) {
        if ((skipped >> i & 1U) != 0) continue;
        if (header_.filters[i] == H5Z_FILTER_DEFLATE) {
            if (!inflate_bytes(bytes_, whole, spare_)) refuse(offset, "it does not decompress");
        } else {
            unshuffle_bytes(bytes_, header_.value_bytes, spare_);
        }
        std::swap(bytes_, spare_);
    }
    if (bytes_.size() != whole) refuse(offset, fmt::format("it has {} bytes of {}", bytes_.size(), whole));
}

/// For chunks without filters HDF5 reports the length that they should have, and reads the one that the file
/// states.
std::span<unsigned char> ChunkedSource::read_plain(const std::vector<hsize_t>& offset) {
    const std::size_t whole = chunk_values_ * header_.value_bytes;
    if (!plain_) plain_.emplace(whole);
    const auto buffer = plain_->bytes();
    // NaN as a float: when it is still there, the chunk was too short.
    constexpr unsigned char mark = 0xff;
    const auto tail = buffer.last(header_.value_bytes);
    std::fill(tail.begin(), tail.end(), mark);
    std::uint32_t skipped = 0;
    if (H5Dread_chunk(dataset_, H5P_DEFAULT, offset.data(), &skipped, buffer.data()) < 0) {
        refuse(offset, last_error());
    }
    const bool reached =
        std::any_of(tail.begin(), tail.end(), [](unsigned char byte) { return byte != mark; });
    if (!reached && header_.type.starts_with("float")) refuse(offset, "it is too short, or ends in NaN");
    return buffer;
}

std::span<const unsigned char> ChunkedSource::decode(const std::vector<hsize_t>& offset) {
    if (header_.filters.empty()) {
        const auto plain = read_plain(offset);
        if (native_) return plain;
        bytes_.assign(plain.begin(), plain.end());
    } else {
        read_packed(offset);
        if (native_) return bytes_;
    }
    // Converted in place: room for the larger of both types.
    bytes_.resize(chunk_values_ * std::max(sizeof(float), header_.value_bytes));
    if (H5Tconvert(type_.id(), H5T_NATIVE_FLOAT, chunk_values_, bytes_.data(), nullptr, H5P_DEFAULT) < 0) {
        refuse(offset, last_error());
    }
    return bytes_;
}

void ChunkedSource::place(const std::vector<hsize_t>& offset, std::span<const unsigned char> chunk) {
    const std::size_t rank = offset.size();
    // Lines along the last axis; `at` counts them within the chunk.
    std::vector<std::size_t> length(rank);
    for (std::size_t axis = 0; axis < rank; ++axis) {
        length[axis] = std::min<std::size_t>(header_.chunks[axis], header_.shape[axis] - offset[axis]);
    }
    if (std::equal(header_.chunks.begin() + 1, header_.chunks.end(), header_.shape.begin() + 1)) {
        std::memcpy(slab_.data(), chunk.data(), length[0] * row_values_ * sizeof(float));
        return;
    }
    std::vector<std::size_t> at(rank, 0);
    for (bool more = true; more;) {
        std::size_t from = 0;
        std::size_t to = 0;
        for (std::size_t axis = 0; axis < rank; ++axis) {
            from = from * header_.chunks[axis] + at[axis];
            to = to * header_.shape[axis] + (axis == 0 ? at[0] : offset[axis] + at[axis]);
        }
        std::memcpy(slab_.data() + to, chunk.data() + from * sizeof(float), length[rank - 1] * sizeof(float));
        more = false;
        for (std::size_t axis = rank - 1; axis-- > 0 && !more;) {
            if (++at[axis] < length[axis])
                more = true;
            else
                at[axis] = 0;
        }
    }
}

}  // namespace caloforge::data::hdf5
