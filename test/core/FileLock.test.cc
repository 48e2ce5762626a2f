#include "core/FileLock.hh"

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"

namespace caloforge::core {
namespace {

using test::message_of;
using test::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;

TEST(FileLock, OneHolderAtATime) {
    TemporaryFolder folder;
    {
        const FileLock lock(folder / "a.lock", "the folder");
        EXPECT_THAT(message_of<InputError>([&] { FileLock(folder / "a.lock", "the folder"); }),
                    AllOf(HasSubstr("the folder is in use"), HasSubstr("a.lock")));
    }
    EXPECT_EQ(folder.count(), 0);
    const FileLock again(folder / "a.lock", "the folder");
}

TEST(FileLock, RemovesTheFolderThatItMade) {
    TemporaryFolder folder;
    { const FileLock lock(folder / "a/b/c.lock", "x"); }
    EXPECT_FALSE(std::filesystem::exists(folder / "a/b"));
    std::filesystem::create_directories(folder / "mine");
    { const FileLock lock(folder / "mine/c.lock", "x"); }
    EXPECT_TRUE(std::filesystem::exists(folder / "mine"));
}

TEST(FileLock, KeepsAFolderThatIsInUse) {
    TemporaryFolder folder;
    {
        const FileLock lock(folder / "a/c.lock", "x");
        std::ofstream(folder / "a/result") << "kept";
    }
    EXPECT_TRUE(std::filesystem::exists(folder / "a/result"));
    EXPECT_FALSE(std::filesystem::exists(folder / "a/c.lock"));
}

TEST(FileLock, IsFreeWhenItsHolderDied) {
    TemporaryFolder folder;
    const auto file = folder / "a.lock";
    const pid_t child = ::fork();
    if (child == 0) {
        new FileLock(file, "x");  // never deleted
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(std::filesystem::exists(file));
    const FileLock lock(file, "x");
}

TEST(FileLock, NeedsAPlaceForItsFile) {
    TemporaryFolder folder;
    std::ofstream(folder / "plain") << "";
    EXPECT_THAT(message_of<RunError>([&] { FileLock(folder / "plain/a.lock", "x"); }),
                HasSubstr("cannot write"));
}

}  // namespace
}  // namespace caloforge::core
