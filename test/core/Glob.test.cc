#include "core/Glob.hh"

#include <fstream>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"

namespace caloforge::core {
namespace {

using test::message_of;
using test::TemporaryFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct Glob : testing::Test {
    Glob() {
        for (const char* name : {"b.h5", "a.h5", "c.h5", "a.txt"}) std::ofstream(folder / name) << name;
    }
    std::string pattern(const std::string& name) const { return (folder / name).string(); }

    TemporaryFolder folder;
};

TEST_F(Glob, SortsWhatAPatternMatches) {
    EXPECT_THAT(expand_globs({pattern("*.h5")}),
                ElementsAre(folder / "a.h5", folder / "b.h5", folder / "c.h5"));
}

TEST_F(Glob, KeepsTheOrderOfThePatternsAndEachFileOnce) {
    EXPECT_THAT(expand_globs({pattern("c.h5"), pattern("[ac].h5")}),
                ElementsAre(folder / "c.h5", folder / "a.h5"));
}

TEST_F(Glob, KnowsBraces) {
    EXPECT_THAT(expand_globs({pattern("a.{h5,txt}")}),
                testing::UnorderedElementsAre(folder / "a.h5", folder / "a.txt"));
}

TEST_F(Glob, AFileCountsOnceWhateverItsNames) {
    std::filesystem::create_symlink("a.h5", folder / "l.h5");
    std::filesystem::create_hard_link(folder / "a.h5", folder / "h.h5");
    EXPECT_THAT(expand_globs({pattern("a.h5"), pattern("./a.h5"), pattern("[hl].h5")}),
                ElementsAre(folder / "a.h5"));
}

TEST_F(Glob, TwoStarsAreAnyNumberOfFolders) {
    std::filesystem::create_directories(folder / "x/y,[z]");
    for (const char* name : {"x/d.h5", "x/y,[z]/e.h5"}) std::ofstream(folder / name) << name;
    std::filesystem::create_directory_symlink("..", folder / "x/loop");
    EXPECT_THAT(expand_globs({pattern("x/**/*.h5")}),
                ElementsAre(folder / "x/d.h5", folder / "x/y,[z]/e.h5"));
    EXPECT_THAT(expand_globs({pattern("**/e.h5")}), ElementsAre(folder / "x/y,[z]/e.h5"));
    EXPECT_EQ(expand_globs({pattern("**/*.h5")}).size(), 5U);
    EXPECT_EQ(expand_globs({pattern("x/**/**/*.h5")}).size(), 2U);
    EXPECT_THAT(expand_globs({pattern("x/**")}), ElementsAre(folder / "x/d.h5", folder / "x/y,[z]/e.h5"));
}

TEST_F(Glob, AFolderThatIsNotThereHoldsNoFile) {
    for (const char* name : {"nosuch/*.h5", "nosuch/*/x.h5", "a.h5/*", "**/nosuch/*.h5"})
        EXPECT_THAT(message_of<InputError>([&] { expand_globs({pattern(name)}); }),
                    HasSubstr("no file matches"));
}

TEST_F(Glob, ANameThatExistsStandsForItself) {
    std::ofstream(folder / "run[1].h5") << "";
    EXPECT_THAT(expand_globs({pattern("run[1].h5")}), ElementsAre(folder / "run[1].h5"));
}

TEST_F(Glob, NoPatternsNoFiles) {
    EXPECT_TRUE(expand_globs({}).empty());
}

TEST_F(Glob, APatternWithoutAMatchIsNamed) {
    const auto message = message_of<InputError>([&] { expand_globs({pattern("*.h5"), pattern("*.root")}); });
    EXPECT_THAT(message, AllOf(HasSubstr("no file matches"), HasSubstr("*.root")));
}

}  // namespace
}  // namespace caloforge::core
