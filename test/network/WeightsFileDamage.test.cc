#include <gtest/gtest.h>

#include "core/Error.hh"
#include "core/Random.hh"
#include "core/TemporaryFolder.hh"
#include "network/SmallNetwork.hh"
#include "network/WeightsFile.hh"

namespace caloforge::network {
namespace {

namespace fs = std::filesystem;
using caloforge::test::TemporaryFolder;
using core::InputError;
using test::put;
using test::sealed;
using test::small_file;
using test::written;

/// Whatever `bytes` are: read() refuses them with an InputError.
::testing::AssertionResult refused(const fs::path& path, const std::string& bytes) {
    put(path, bytes);
    try {
        WeightsFile::read(path);
    } catch (const InputError& error) {
        return std::string(error.what()).find(path.string()) == std::string::npos
                   ? ::testing::AssertionFailure() << "the file is not named: " << error.what()
                   : ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << "damage was not noticed";
}

TEST(WeightsFileDamage, EveryFlippedBitIsFound) {
    const TemporaryFolder folder;
    const std::string good = written(small_file(), folder / "a.safetensors");
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
            ASSERT_TRUE(refused(folder / "b.safetensors", bad)) << "bit " << bit << " of byte " << i;
        }
    }
}

TEST(WeightsFileDamage, EveryReplacedByteIsFound) {
    const TemporaryFolder folder;
    const std::string good = written(small_file(), folder / "a.safetensors");
    for (std::size_t i = 0; i < good.size(); ++i) {
        // Those that mean something in JSON, and those at the ends of the range.
        for (const char c : {'\0', '0', '1', ' ', '"', '\\', '{', '}', ',', ':', 'b', '\xff', '\x7f'}) {
            if (c == good[i]) continue;
            std::string bad = good;
            bad[i] = c;
            ASSERT_TRUE(refused(folder / "b.safetensors", bad)) << "byte " << i << " replaced by " << int{c};
        }
    }
}

TEST(WeightsFileDamage, EveryTruncationIsFound) {
    const TemporaryFolder folder;
    const std::string good = written(small_file(), folder / "a.safetensors");
    for (std::size_t size = 0; size < good.size(); ++size)
        ASSERT_TRUE(refused(folder / "b.safetensors", good.substr(0, size))) << size;
}

TEST(WeightsFileDamage, AppendedBytesAreFound) {
    const TemporaryFolder folder;
    const std::string good = written(small_file(), folder / "a.safetensors");
    for (std::size_t size = 1; size < 40; ++size) {
        ASSERT_TRUE(refused(folder / "b.safetensors", good + std::string(size, '\0'))) << size;
        ASSERT_TRUE(refused(folder / "b.safetensors", good + good.substr(0, size))) << size;
    }
}

/// Several changes at once: bytes set, cut out, put in, moved. None of 2,000 may crash, hang or pass.
TEST(WeightsFileDamage, RandomDamageIsFound) {
    const TemporaryFolder folder;
    const std::string good = written(small_file(), folder / "a.safetensors");
    for (std::uint64_t game = 0; game < 2000; ++game) {
        const core::RandomStream random(20240217, game, 1);
        std::uint32_t next = 0;
        const auto below = [&](std::size_t end) {
            return static_cast<std::size_t>(random.uniform_at(next++) * static_cast<double>(end));
        };
        std::string bad = good;
        for (std::size_t changes = 1 + below(4); changes > 0 && !bad.empty(); --changes) {
            const std::size_t at = below(bad.size()), size = below(20);
            switch (below(5)) {
                case 0:
                    bad[at] = static_cast<char>(below(256));
                    break;
                case 1:
                    bad.erase(at, size);
                    break;
                case 2:
                    bad.insert(at, size, static_cast<char>(below(256)));
                    break;
                case 3:
                    bad.insert(below(bad.size()), bad.substr(at, size));
                    break;
                default:
                    bad[below(8)] = static_cast<char>(below(256));
                    break;
            }
        }
        if (bad == good) continue;
        ASSERT_TRUE(refused(folder / "b.safetensors", bad)) << "game " << game;
    }
}

/// The same with a true checksum: nothing protects the reader but its own checks.
TEST(WeightsFileDamage, RandomDamageUnderATrueChecksum) {
    const TemporaryFolder folder;
    const WeightsFile file = small_file();
    const std::string good = file.document.dump(-1, ' ', true);  // ASCII: any byte may be replaced
    int accepted = 0;
    for (std::uint64_t game = 0; game < 2000; ++game) {
        const core::RandomStream random(20240217, game, 2);
        std::string document = good;
        std::uint32_t next = 0;
        for (int changes = 0; changes < 2; ++changes) {
            const auto at =
                static_cast<std::size_t>(random.uniform_at(next++) * static_cast<double>(good.size()));
            document[at] =
                "0123456789{}[],:\"abxy.-e"[static_cast<std::size_t>(random.uniform_at(next++) * 24)];
        }
        put(folder / "b.safetensors", sealed(document, file.tensors));
        try {
            const auto read = WeightsFile::read(folder / "b.safetensors");
            read.network("g");
            ++accepted;
        } catch (const InputError&) {
        }
    }
    // Changes in the free texts (units, the note) are none of the reader's business.
    EXPECT_GT(accepted, 0);
    EXPECT_LT(accepted, 1500);
}

}  // namespace
}  // namespace caloforge::network
