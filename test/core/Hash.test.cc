#include "core/Hash.hh"

#include <gtest/gtest.h>

#include <array>

namespace caloforge::core {
namespace {

std::string hash_of(const std::string& text) {
    return Hash().add(text).hex();
}

/// XXH3_128bits of no bytes with seed 0, as the xxHash sanity tests have it.
TEST(Hash, KnownValueOfNothing) {
    EXPECT_EQ(Hash().hex(), "99aa06d3014798d86001c324468d497f");
    EXPECT_EQ(hash_of(""), Hash().hex());
    EXPECT_EQ(Hash().hex().size(), Hash::hex_digits);
}

TEST(Hash, PiecesHashLikeTheWhole) {
    const std::string text(1000, 'a');
    Hash pieces;
    for (std::size_t begin = 0; begin < text.size(); begin += 7) pieces.add(text.substr(begin, 7));
    EXPECT_EQ(pieces.hex(), hash_of(text));
}

TEST(Hash, ReadingTheDigestDoesNotEndTheStream) {
    Hash hash;
    hash.add("first ");
    EXPECT_EQ(hash.hex(), hash_of("first "));
    EXPECT_EQ(hash.add("second").hex(), hash_of("first second"));
}

TEST(Hash, EveryBitCounts) {
    std::string text(300, '\0');
    const std::string before = hash_of(text);
    for (const std::size_t place : {0U, 1U, 150U, 299U}) {
        for (const int bit : {0, 7}) {
            std::string flipped = text;
            flipped[place] = static_cast<char>(flipped[place] ^ (1 << bit));
            EXPECT_NE(hash_of(flipped), before) << place << " bit " << bit;
        }
    }
    EXPECT_NE(hash_of(std::string(301, '\0')), before) << "length";
}

TEST(Hash, BytesAndTextAgree) {
    const std::array<std::byte, 3> bytes = {std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
    EXPECT_EQ(Hash().add(bytes).hex(), hash_of("abc"));
}

TEST(Hash, MovesWithItsState) {
    Hash from;
    from.add("abc");
    Hash to = std::move(from);
    EXPECT_EQ(to.add("d").hex(), hash_of("abcd"));
}

}  // namespace
}  // namespace caloforge::core
