#include "network/WeightsFile.hh"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <limits>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Hash.hh"
#include "core/TemporaryFolder.hh"
#include "network/Safetensors.hh"
#include "network/SmallNetwork.hh"

namespace caloforge::network {
namespace {

namespace fs = std::filesystem;
using caloforge::test::message_of;
using caloforge::test::TemporaryFolder;
using core::InputError;
using core::Json;
using core::RunError;
using test::float_tensor;
using test::put;
using test::sealed;
using test::small_file;
using test::written;
using testing::AllOf;
using testing::HasSubstr;

std::string message(const std::string& bytes) {
    const TemporaryFolder folder;
    put(folder / "x.safetensors", bytes);
    return message_of<InputError>([&] { WeightsFile::read(folder / "x.safetensors"); });
}

TEST(WeightsFile, RoundTrip) {
    const TemporaryFolder folder;
    const WeightsFile file = small_file();
    file.write(folder / "a.safetensors");
    const auto read = WeightsFile::read(folder / "a.safetensors");
    EXPECT_EQ(read.document, file.document);
    EXPECT_EQ(read.tensors, file.tensors);
    EXPECT_EQ(read.network("g"), test::small_spec());
    EXPECT_EQ(folder.count(), 1);
}

TEST(WeightsFile, WrittenAgainItIsTheSameByteForByte) {
    const TemporaryFolder folder;
    const std::string bytes = written(small_file(), folder / "a.safetensors");
    const auto read = WeightsFile::read(folder / "a.safetensors");
    EXPECT_EQ(written(read, folder / "b.safetensors"), bytes);
}

/// The checksum as doc/format/weights.md defines it.
TEST(WeightsFile, TheChecksumIsThatOfTheFileWithItsDigitsZeroed) {
    const TemporaryFolder folder;
    std::string bytes = written(small_file(), folder / "a.safetensors");
    const std::string field = "\"checksum\":\"";
    const std::size_t place = bytes.find(field) + field.size();
    const std::string digits = bytes.substr(place, 32);
    bytes.replace(place, 32, std::string(32, '0'));
    EXPECT_EQ(core::Hash().add(bytes).hex(), digits);
    EXPECT_EQ(sealed(small_file().document.dump(), small_file().tensors),
              core::read_text(folder / "a.safetensors"));
}

TEST(WeightsFile, ATextThatIsNoUtf8IsStillWritten) {
    const TemporaryFolder folder;
    WeightsFile file = small_file();
    file.document["machine"] = "h\xf6st";
    file.write(folder / "a.safetensors");
    EXPECT_EQ(WeightsFile::read(folder / "a.safetensors").document["machine"], "h\xef\xbf\xbdst");
}

TEST(WeightsFile, SomeoneElsesSafetensors) {
    const auto tensors = small_file().tensors;
    EXPECT_THAT(message(encode_safetensors({}, tensors)), HasSubstr("not one of Caloforge's"));
    EXPECT_THAT(message(encode_safetensors({{"format", "pt"}}, tensors)),
                HasSubstr("not one of Caloforge's"));
    EXPECT_THAT(message(encode_safetensors({{"caloforge", "{}"}}, tensors)),
                HasSubstr("not one of Caloforge's"));
    EXPECT_THAT(message("\x89HDF\r\n\x1a\n and so on"), HasSubstr("not a safetensors file"));
    EXPECT_THAT(message(""), HasSubstr("not a safetensors file"));
    EXPECT_THAT(message(encode_safetensors({{"caloforge", "{}"}, {"checksum", ""}}, tensors)),
                HasSubstr("damaged (its checksum"));
}

TEST(WeightsFile, MissingFilesAndFolders) {
    const TemporaryFolder folder;
    EXPECT_THAT(message_of<InputError>([&] { WeightsFile::read(folder / "none"); }),
                HasSubstr("no such file"));
    EXPECT_THAT(message_of<InputError>([&] { WeightsFile::read(folder.path()); }),
                HasSubstr("it is a folder"));
}

TEST(WeightsFile, FormatVersions) {
    for (const char* version : {"0", "2", "\"1\"", "true", "null", "[1]"}) {
        const std::string text = message(sealed(std::string("{\"format_version\":") + version + "}", {}));
        EXPECT_THAT(text, AllOf(HasSubstr(std::string("format version ") + version), HasSubstr("reads 1")));
    }
    EXPECT_THAT(message(sealed("{}", {})), HasSubstr("format version null"));
}

TEST(WeightsFile, DocumentsThatAreNoObject) {
    for (const std::string document : {"", "[]", "1", "{", "{\"format_version\":1"})
        EXPECT_THAT(message(sealed(document, {})), HasSubstr("its document is not a JSON object"));
    EXPECT_THAT(message(sealed("{\"a\":" + std::string(100000, '[') + std::string(100000, ']') + "}", {})),
                HasSubstr("its document is not a JSON object"));
}

std::string network_message(const WeightsFile& file, const std::string& role = "g") {
    return message_of<InputError>([&] { file.network(role); });
}

TEST(WeightsFile, NetworksThatAreNotThere) {
    WeightsFile file = small_file();
    EXPECT_THAT(network_message(file, "generator"), HasSubstr("holds no network `generator`"));
    file.document["networks"] = Json::array();
    EXPECT_THAT(network_message(file), HasSubstr("holds no network `g`"));
    file.document.erase("networks");
    EXPECT_THAT(network_message(file), HasSubstr("holds no network `g`"));
}

TEST(WeightsFile, NetworksThatAreNone) {
    WeightsFile file = small_file();
    file.document["networks"]["g"]["layers"][0]["type"] = "dens";
    EXPECT_THAT(network_message(file), AllOf(HasSubstr("layer `d`"), HasSubstr("Did you mean `dense`?")));
    file.document["networks"]["g"] = 7;
    EXPECT_THAT(network_message(file), HasSubstr("`name` is missing"));
}

TEST(WeightsFile, TensorsThatAreMissingOrOfAnotherShape) {
    WeightsFile file = small_file();
    file.tensors.erase("g.d.bias");
    EXPECT_THAT(network_message(file), HasSubstr("tensor `g.d.bias` is missing"));
    file = small_file();
    file.tensors["g.d.weight"] = float_tensor({2, 3}, {1, 2, 3, 4, 5, 6});
    EXPECT_THAT(network_message(file), HasSubstr("tensor `g.d.weight` is F32 (2, 3) (F32 (3, 2) is wanted)"));
    file = small_file();
    file.tensors["g.d.bias"].type = "I32";
    EXPECT_THAT(network_message(file), HasSubstr("tensor `g.d.bias` is I32 (3)"));
}

TEST(WeightsFile, WeightsThatAreNoNumbers) {
    using Limits = std::numeric_limits<float>;
    for (const float value :
         {Limits::quiet_NaN(), Limits::signaling_NaN(), Limits::infinity(), -Limits::infinity()}) {
        WeightsFile file = small_file();
        file.tensors["g.d.bias"] = float_tensor({3}, {7, 8, value});
        EXPECT_THAT(network_message(file),
                    AllOf(HasSubstr("tensor `g.d.bias` holds"), HasSubstr("element 2")));
    }
}

TEST(WeightsFile, AModelHoldsNoTensorThatNobodyReads) {
    for (const std::string name :
         {"g.d.gain", "g.e.weight", "g.d", "g", "h.d.weight", "optimiser.g.d/weight", ""}) {
        WeightsFile file = small_file();
        file.tensors[name] = float_tensor({1}, {0});
        EXPECT_THAT(network_message(file), HasSubstr("tensor `" + name + "` belongs to no layer"));
    }
}

TEST(WeightsFile, ACheckpointHoldsMore) {
    WeightsFile file = small_file();
    file.document["kind"] = "checkpoint";
    file.tensors["optimiser.g.d/weight"] = float_tensor({1}, {0});
    EXPECT_EQ(file.network("g"), test::small_spec());
    file.tensors["g.e.weight"] = float_tensor({1}, {0});
    EXPECT_THAT(network_message(file), HasSubstr("tensor `g.e.weight` belongs to no layer"));
}

TEST(WeightsFile, AModelOfTwoNetworks) {
    WeightsFile file = small_file();
    file.document["networks"]["h"] = test::small_spec().json();
    file.tensors["h.d.weight"] = file.tensors["g.d.weight"];
    file.tensors["h.d.bias"] = file.tensors["g.d.bias"];
    EXPECT_EQ(file.network("g"), test::small_spec());
    EXPECT_EQ(file.network("h"), test::small_spec());
}

TEST(WeightsFile, RecognisedByItsFirstBytes) {
    const TemporaryFolder folder;
    const std::string good = written(small_file(), folder / "a");
    EXPECT_TRUE(looks_like_safetensors(folder / "a"));
    for (const std::string& other :
         {std::string(), std::string("{\"a\":1}"), std::string("\x89HDF\r\n\x1a\n{"), good.substr(0, 8)}) {
        put(folder / "b", other);
        EXPECT_FALSE(looks_like_safetensors(folder / "b"));
    }
    EXPECT_FALSE(looks_like_safetensors(folder / "none"));
}

TEST(WeightsFile, AFolderThatNobodyCanWriteInto) {
    // Not even root makes files there.
    EXPECT_THAT(message_of<RunError>([] { small_file().write("/proc/caloforge/a.safetensors"); }),
                HasSubstr("/proc/caloforge"));
}

TEST(WeightsFile, AReadOnlyFolder) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
    const TemporaryFolder folder;
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_THAT(message_of<RunError>([&] { small_file().write(folder / "a.safetensors"); }),
                HasSubstr("cannot write into"));
    EXPECT_EQ(folder.count(), 0);
    fs::permissions(folder.path(), fs::perms::owner_all);
}

/// The limit on the size of files stands in for a full disk: write() fails in the same way, half-way through.
TEST(WeightsFile, AFullDiskLeavesNothingHalfWritten) {
    const TemporaryFolder folder;
    const std::string old = written(small_file(), folder / "old.safetensors");
    WeightsFile large = small_file();
    large.tensors["g.d.weight"] = float_tensor({1 << 16}, std::vector<float>(1 << 16));
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto fresh = message_of<RunError>([&] { large.write(folder / "new.safetensors"); });
    const auto over = message_of<RunError>([&] { large.write(folder / "old.safetensors"); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);

    EXPECT_THAT(fresh, AllOf(HasSubstr("cannot write"), HasSubstr("new.safetensors")));
    EXPECT_THAT(over, HasSubstr("old.safetensors"));
    EXPECT_EQ(core::read_text(folder / "old.safetensors"), old);
    EXPECT_EQ(folder.count(), 1);
}

}  // namespace
}  // namespace caloforge::network
