#include "data/hdf5/ChunkCodec.hh"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "core/Error.hh"

namespace caloforge::data::hdf5 {

static_assert(std::endian::native == std::endian::little, "files are declared little-endian");

namespace {

/// All first bytes, all second bytes, ...: exponents together compress well.
void shuffle_bytes(std::span<const float> values, std::vector<unsigned char>& out) {
    const std::size_t count = values.size();
    out.resize(count * sizeof(float));
    unsigned char* plane = out.data();
    for (unsigned byte = 0; byte < sizeof(float); ++byte, plane += count) {
        for (std::size_t i = 0; i < count; ++i) {
            plane[i] = static_cast<unsigned char>(std::bit_cast<std::uint32_t>(values[i]) >> (8 * byte));
        }
    }
}

}  // namespace

void encode_chunk(std::span<const float> values, int gzip_level, std::vector<unsigned char>& shuffled,
                  std::vector<unsigned char>& out) {
    if (gzip_level == 0) {
        out.resize(values.size_bytes());
        std::memcpy(out.data(), values.data(), values.size_bytes());
        return;
    }
    shuffle_bytes(values, shuffled);
    // Shuffled showers are runs of equal bytes: matching runs only (Z_RLE) is both faster and smaller than
    // zlib's general search (Geant4 showers in a 25x25x25 grid: 350 MB/s and 10.4 : 1 against 250 MB/s
    // and 7.9 : 1).
    z_stream stream{};
    int status = deflateInit2(&stream, gzip_level, Z_DEFLATED, MAX_WBITS, MAX_MEM_LEVEL, Z_RLE);
    if (status == Z_OK) {
        out.resize(deflateBound(&stream, static_cast<uLong>(shuffled.size())));
        stream.next_in = shuffled.data();
        stream.avail_in = static_cast<uInt>(shuffled.size());
        stream.next_out = out.data();
        stream.avail_out = static_cast<uInt>(out.size());
        status = deflate(&stream, Z_FINISH);
        out.resize(stream.total_out);
        deflateEnd(&stream);
    }
    if (status != Z_STREAM_END) {
        throw core::RunError(
            fmt::format("cannot compress showers (zlib error {}). Is memory short?", status));
    }
}

bool inflate_bytes(std::span<const unsigned char> in, std::size_t limit, std::vector<unsigned char>& out) {
    out.resize(limit);
    uLongf length = static_cast<uLongf>(limit);
    const int status = uncompress(out.data(), &length, in.data(), static_cast<uLong>(in.size()));
    out.resize(length);
    return status == Z_OK;
}

void unshuffle_bytes(std::span<const unsigned char> in, std::size_t width, std::vector<unsigned char>& out) {
    const std::size_t count = in.size() / width;
    out.resize(in.size());
    if (width == sizeof(float)) {
        const unsigned char* plane = in.data();
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t value = plane[i] | plane[count + i] << 8 | plane[2 * count + i] << 16 |
                                        static_cast<std::uint32_t>(plane[3 * count + i]) << 24;
            std::memcpy(out.data() + i * sizeof value, &value, sizeof value);
        }
    } else {
        for (std::size_t byte = 0; byte < width; ++byte) {
            for (std::size_t i = 0; i < count; ++i) out[i * width + byte] = in[byte * count + i];
        }
    }
    std::copy(in.begin() + count * width, in.end(), out.begin() + count * width);
}

}  // namespace caloforge::data::hdf5
