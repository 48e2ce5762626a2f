#include "core/AtomicFile.hh"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"

namespace caloforge::core {
namespace {

using test::message_of;
using test::TemporaryFolder;
using testing::HasSubstr;

void put(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
}

TEST(AtomicFile, WithoutCommitNothingIsLeft) {
    TemporaryFolder folder;
    {
        AtomicFile file(folder / "out.txt");
        put(file.temporary(), "half of it");
        EXPECT_FALSE(std::filesystem::exists(file.target()));
    }
    EXPECT_EQ(folder.count(), 0);
}

TEST(AtomicFile, WithoutCommitTheOldFileStays) {
    TemporaryFolder folder;
    put(folder / "out.txt", "old");
    {
        AtomicFile file(folder / "out.txt");
        put(file.temporary(), "new");
    }
    EXPECT_EQ(read_text(folder / "out.txt"), "old");
    EXPECT_EQ(folder.count(), 1);
}

TEST(AtomicFile, CommitReplacesTheTarget) {
    TemporaryFolder folder;
    put(folder / "out.txt", "old");
    {
        AtomicFile file(folder / "out.txt");
        put(file.temporary(), "new");
        file.commit();
        EXPECT_EQ(read_text(folder / "out.txt"), "new");
    }
    EXPECT_EQ(read_text(folder / "out.txt"), "new");
    EXPECT_EQ(folder.count(), 1);
}

TEST(AtomicFile, CommitOfNothingFailsAndKeepsTheTarget) {
    TemporaryFolder folder;
    put(folder / "out.txt", "old");
    AtomicFile file(folder / "out.txt");
    EXPECT_THAT(message_of<RunError>([&] { file.commit(); }), HasSubstr("out.txt"));
    EXPECT_EQ(read_text(folder / "out.txt"), "old");
}

TEST(AtomicFile, MakesMissingFolders) {
    TemporaryFolder folder;
    write_text(folder / "a/b/c.txt", "deep");
    EXPECT_EQ(read_text(folder / "a/b/c.txt"), "deep");
}

TEST(AtomicFile, AFileWhereAFolderShouldBe) {
    TemporaryFolder folder;
    put(folder / "plain", "");
    EXPECT_THAT(message_of<RunError>([&] { AtomicFile(folder / "plain/out.txt"); }), HasSubstr("plain"));
    EXPECT_THAT(message_of<RunError>([&] { AtomicFile(folder.path()); }), HasSubstr("it is a folder"));
}

TEST(AtomicFile, AFolderThatNobodyCanWriteInto) {
    // Not even root makes files there.
    EXPECT_THAT(message_of<RunError>([] { AtomicFile("/proc/caloforge/out.txt"); }),
                HasSubstr("/proc/caloforge"));
}

TEST(AtomicFile, AReadOnlyFolder) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
    TemporaryFolder folder;
    std::filesystem::permissions(folder.path(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    EXPECT_THAT(message_of<RunError>([&] { AtomicFile(folder / "out.txt"); }),
                HasSubstr("cannot write into"));
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

/// The limit on the size of files stands in for a full disk: write() fails in the same way, half-way through.
TEST(AtomicFile, AFullDiskLeavesNothingHalfWritten) {
    TemporaryFolder folder;
    put(folder / "out.txt", "old");
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto message =
        message_of<RunError>([&] { write_text(folder / "out.txt", std::string(1 << 20, 'x')); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);

    EXPECT_THAT(message, HasSubstr("cannot write"));
    EXPECT_THAT(message, HasSubstr("out.txt"));
    EXPECT_EQ(read_text(folder / "out.txt"), "old");
    EXPECT_EQ(folder.count(), 1);
}

TEST(AtomicFile, TextComesBackByteForByte) {
    TemporaryFolder folder;
    const std::string text("line\r\n\0\xff tail without newline", 30);
    write_text(folder / "out.bin", text);
    EXPECT_EQ(read_text(folder / "out.bin"), text);
}

TEST(AtomicFile, ReadingWhatIsNotThere) {
    TemporaryFolder folder;
    EXPECT_THAT(message_of<InputError>([&] { read_text(folder / "none.txt"); }), HasSubstr("No such file"));
    EXPECT_THAT(message_of<InputError>([&] { read_text(folder.path()); }), HasSubstr("it is a folder"));
}

}  // namespace
}  // namespace caloforge::core
