// Damaged files: every outcome is a valid read or InputError. HDF5 1.10 trusts what files claim; this holds
// it to account, best under the address sanitizer (`cmake --preset asan`).

#include <cmath>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/TemporaryFolder.hh"
#include "data/LayoutForm.hh"
#include "data/RandomShowers.hh"
#include "data/RawHdf5.hh"

/// HDF5 asks for as much memory as a damaged header claims and copes with being refused. Plain malloc
/// refuses, or gives address space that is never touched; the sanitizer's would end the process, or mark
/// gigabytes.
extern "C" __attribute__((visibility("default"), used)) const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
    return "allocator_may_return_null=1:max_allocation_size_mb=2048";
}
extern "C" __attribute__((visibility("default"), used)) const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() {
    return __asan_default_options();
}

/// HDF5 loses some of its own blocks when it gives up on a damaged file.
extern "C" __attribute__((visibility("default"), used)) const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libhdf5\n";
}

namespace caloforge::data {
namespace {

constexpr std::uint64_t fuzz_seed = 20240611;
constexpr std::uint64_t cases_per_file = 60;
/// HDF5 keeps headers and indices in the first kilobytes of our files: half of the cases hit there.
constexpr std::size_t header_bytes = 4096;

struct Subject {
    std::string name;
    std::string bytes;
};

class ReaderFuzzTest : public testing::Test {
  protected:
    /// Valid files of each layout: written by us (packed, plain) and by HDF5 itself (contiguous, cut chunks).
    std::vector<Subject> subjects() const {
        std::vector<Subject> out;
        const auto add = [&](const std::string& name) { out.push_back({name, core::read_text(path_)}); };
        for (const LayoutForm& form : layouts()) {
            const bool cylindrical = form.shape(test::cartesian_grid).empty();
            auto showers = test::random_showers(cylindrical ? test::cylinder : test::cartesian_grid,
                                                cylindrical ? 2 : 10);
            showers.conditions.add({"temperature", {2}, "K"});
            for (const int gzip_level : {0, 1}) {
                test::write_file(path_, showers,
                                 {.layout = form.layout,
                                  .gzip_level = gzip_level,
                                  .chunk_showers = 3,
                                  .provenance = {{"seed", 1}}});
                add(form.name + (gzip_level > 0 ? ", packed" : ", plain"));
            }
        }
        for (const auto& chunks : {std::vector<hsize_t>{}, std::vector<hsize_t>{3, 2, 2, 3}}) {
            const auto showers = test::random_showers(test::cartesian_grid, 10);
            {
                test::RawHdf5 file(path_);
                file.add("ECAL", {10, 5, 4, 3}, showers.cells, H5T_IEEE_F64BE, chunks);
                file.add("target", {10, 1 + 1}, std::vector<float>(20, 50));
                file.add("extra", {10, 8}, std::vector<float>(80, 1));
                file.add_attribute("extra", "columns", "a b x0 y0");
            }
            add(chunks.empty() ? "by HDF5, contiguous" : "by HDF5, chunked");
        }
        return out;
    }

    /// Reads all that a user can read. True when the file was taken as valid, false on InputError; anything
    /// else is a failure of the test.
    bool read_all(const std::string& bytes) const {
        core::write_text(path_, bytes);
        try {
            ShowerFile file(path_);
            ShowerBatch batch;
            for (std::size_t first = 0; first < file.size(); first += 4) {
                file.read(first, std::min<std::size_t>(4, file.size() - first), batch);
                for (const float value : batch.cells) EXPECT_TRUE(value >= 0 && std::isfinite(value));
                for (const float value : batch.conditions.values("energy")) EXPECT_GT(value, 0);
                for (const sample::Field& field : batch.conditions.fields()) {
                    for (const float value : batch.conditions.values(field.name))
                        EXPECT_TRUE(std::isfinite(value));
                }
            }
            EXPECT_FALSE(file.describe().dump().empty());
            return true;
        } catch (const core::InputError& error) {
            EXPECT_NE(std::string(error.what()), "");
            return false;
        }
    }

    const test::TemporaryFolder folder_;
    const std::filesystem::path path_ = folder_ / "case.h5";
};

/// 1 to 8 bytes set to 0 or 255, changed by a bit, or made random.
std::string mutate(std::string bytes, std::uint64_t number) {
    std::vector<std::uint32_t> random(24);
    core::RandomStream(fuzz_seed, number, 0).bits(random);
    const std::size_t range = random[0] % 2 == 0 ? std::min(bytes.size(), header_bytes) : bytes.size();
    const std::size_t changes = 1 + random[1] % 8;
    for (std::size_t i = 0; i < changes; ++i) {
        char& byte = bytes[random[2 + 2 * i] % range];
        const std::uint32_t how = random[3 + 2 * i];
        switch (how % 4) {
            case 0:
                byte = '\xff';
                break;
            case 1:
                byte = 0;
                break;
            case 2:
                byte = static_cast<char>(byte ^ (1 << (how >> 8) % 8));
                break;
            default:
                byte = static_cast<char>(how >> 8);
        }
    }
    return bytes;
}

TEST_F(ReaderFuzzTest, MutatedBytes) {
    std::uint64_t number = 0;
    for (const Subject& subject : subjects()) {
        ASSERT_TRUE(read_all(subject.bytes)) << subject.name;
        std::size_t refused = 0;
        for (std::uint64_t i = 0; i < cases_per_file; ++i, ++number) {
            SCOPED_TRACE(subject.name + ", case " + std::to_string(number));
            if (!read_all(mutate(subject.bytes, number))) ++refused;
        }
        EXPECT_GT(refused, 0U) << subject.name;  // else nothing was tested
    }
}

TEST_F(ReaderFuzzTest, TruncatedFiles) {
    std::uint64_t number = 0;
    for (const Subject& subject : subjects()) {
        for (std::uint64_t i = 0; i < cases_per_file / 3; ++i, ++number) {
            SCOPED_TRACE(subject.name + ", case " + std::to_string(number));
            const double where = core::RandomStream(fuzz_seed, number, 1).uniform_at(0);
            const auto length = static_cast<std::size_t>(where * static_cast<double>(subject.bytes.size()));
            EXPECT_FALSE(read_all(subject.bytes.substr(0, length)));
        }
    }
}

/// Cases that crashed HDF5 1.10.8 once: a chunk length of zero and one axis too few in the layout message.
TEST_F(ReaderFuzzTest, ImpossibleChunks) {
    for (const Subject& subject : subjects()) {
        // Version 3, chunked, rank r, address, lengths: the message's first bytes as HDF5 writes them.
        for (const char rank : {'\2', '\3', '\5'}) {
            const std::string mark{'\x03', '\x02', rank};
            for (auto at = subject.bytes.find(mark); at < header_bytes;
                 at = subject.bytes.find(mark, at + 1)) {
                for (const std::size_t offset : {std::size_t{2}, std::size_t{11}, std::size_t{15}}) {
                    std::string bytes = subject.bytes;
                    for (std::size_t i = 0; i < (offset == 2 ? 1 : 4); ++i) bytes[at + offset + i] = 0;
                    SCOPED_TRACE(subject.name + ", byte " + std::to_string(at + offset));
                    read_all(bytes);
                }
            }
        }
    }
}

}  // namespace
}  // namespace caloforge::data
