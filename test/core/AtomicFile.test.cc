#include "core/AtomicFile.hh"

#include <sys/resource.h>
#include <sys/stat.h>
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
    std::filesystem::remove(file.temporary());
    EXPECT_THAT(message_of<RunError>([&] { file.commit(); }), HasSubstr("out.txt"));
    EXPECT_EQ(read_text(folder / "out.txt"), "old");
}

TEST(AtomicFile, TwoWritersOfOneTargetHaveFilesOfTheirOwn) {
    TemporaryFolder folder;
    {
        AtomicFile first(folder / "out.txt");
        {
            AtomicFile second(folder / "out.txt");
            EXPECT_NE(first.temporary(), second.temporary());
        }
        EXPECT_TRUE(std::filesystem::exists(first.temporary()));
        put(first.temporary(), "whole");
        first.commit();
    }
    EXPECT_EQ(read_text(folder / "out.txt"), "whole");
    EXPECT_EQ(folder.count(), 1);
}

TEST(AtomicFile, TakesTheLongestNamesThereAre) {
    TemporaryFolder folder;
    write_text(folder / std::string(255, 'a'), "long");
    EXPECT_EQ(read_text(folder / std::string(255, 'a')), "long");
    EXPECT_THAT(message_of<RunError>([&] { AtomicFile(folder / std::string(256, 'a')); }), HasSubstr("long"));
    EXPECT_EQ(folder.count(), 1);
}

TEST(AtomicFile, NewFilesHaveTheModeOfOrdinaryOnes) {
    TemporaryFolder folder;
    put(folder / "ordinary", "");
    write_text(folder / "ours", "");
    EXPECT_EQ(std::filesystem::status(folder / "ours").permissions(),
              std::filesystem::status(folder / "ordinary").permissions());
}

TEST(AtomicFile, ReplacesNoNodeAndNothingProtected) {
    TemporaryFolder folder;
    ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
    put(folder / "protected", "mine");
    std::filesystem::permissions(folder / "protected", std::filesystem::perms::owner_read);
    EXPECT_THAT(message_of<RunError>([&] { AtomicFile(folder / "fifo"); }), HasSubstr("not a plain file"));
    EXPECT_THAT(message_of<RunError>([&] { check_writable(folder / "protected"); }), HasSubstr("protected"));
    EXPECT_THAT(message_of<RunError>([&] { check_writable("/dev/null"); }), HasSubstr("not a plain file"));
    EXPECT_THAT(message_of<RunError>([&] { check_writable(""); }), HasSubstr("names no file"));
    check_writable(folder / "a/b/c");
    EXPECT_EQ(folder.count(), 2);
}

TEST(AtomicFile, WritesToWhatALinkStandsFor) {
    TemporaryFolder folder;
    std::filesystem::create_directory(folder / "elsewhere");
    put(folder / "elsewhere/real", "old");
    std::filesystem::create_symlink("elsewhere/real", folder / "link");
    write_text(folder / "link", "new");
    EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
    EXPECT_EQ(read_text(folder / "elsewhere/real"), "new");
}

TEST(ReadText, PlainFilesOnly) {
    TemporaryFolder folder;
    ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
    EXPECT_THAT(message_of<InputError>([&] { read_text(folder / "fifo"); }), HasSubstr("not a plain file"));
    EXPECT_THAT(message_of<InputError>([&] { read_text(folder / "none"); }), HasSubstr("no such file"));
    EXPECT_THAT(message_of<InputError>([&] { read_text(folder.path()); }), HasSubstr("it is a folder"));
    EXPECT_THAT(message_of<InputError>([&] { read_text(folder / std::string(300, 'a')); }),
                HasSubstr("long"));
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
    EXPECT_THAT(message_of<InputError>([&] { read_text(folder / "none.txt"); }), HasSubstr("no such file"));
    EXPECT_THAT(message_of<InputError>([&] { read_text(folder.path()); }), HasSubstr("it is a folder"));
}

}  // namespace
}  // namespace caloforge::core
