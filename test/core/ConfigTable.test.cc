#include "core/ConfigTable.hh"

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"

namespace caloforge::core {
namespace {

using test::message_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* sample = R"(# a training
name = "clic"
epochs = 30
rate = 1e-3
resume = false
energies = [10, 20.5]
files = ["a.h5", "b.h5"]

[loop]
batch = 128

[[layer]]
kind = "dense"

[[layer]]
kind = "conv"
)";

/// Reads every key of the sample, as a program would.
void read_all(ConfigTable& table) {
    EXPECT_EQ(table.text("name"), "clic");
    EXPECT_EQ(table.integer("epochs"), 30);
    EXPECT_EQ(table.number("rate"), 1e-3);
    EXPECT_FALSE(table.boolean("resume"));
    EXPECT_THAT(table.numbers("energies"), ElementsAre(10, 20.5));
    EXPECT_THAT(table.texts("files"), ElementsAre("a.h5", "b.h5"));
    EXPECT_EQ(table.table("loop").integer("batch"), 128);
    auto layers = table.tables("layer");
    ASSERT_EQ(layers.size(), 2U);
    EXPECT_EQ(layers[0].text("kind"), "dense");
    EXPECT_EQ(layers[1].text("kind"), "conv");
}

TEST(ConfigTable, ReadsEveryKind) {
    auto table = ConfigTable::parse(sample, "train.toml");
    read_all(table);
    EXPECT_NO_THROW(table.finish());
    EXPECT_TRUE(table.has("epochs"));
    EXPECT_FALSE(table.has("epoch"));
}

TEST(ConfigTable, WholeNumbersAreNumbersButNotTheOtherWayRound) {
    auto table = ConfigTable::parse("a = 3\nb = 3.0\n", "t.toml");
    EXPECT_EQ(table.number("a"), 3.0);
    EXPECT_THAT(message_of<InputError>([&] { table.integer("b"); }),
                AllOf(HasSubstr("t.toml:2"), HasSubstr("`b`"), HasSubstr("a whole number is wanted")));
}

TEST(ConfigTable, UnknownKeyNamesLineAndNearest) {
    auto table = ConfigTable::parse("rate = 1\n\nepoch = 3\n", "train.toml");
    table.number("rate");
    table.integer("epochs", 10);
    EXPECT_THAT(message_of<InputError>([&] { table.finish(); }),
                AllOf(HasSubstr("train.toml:3"), HasSubstr("`epoch`"), HasSubstr("Did you mean `epochs`?")));
}

TEST(ConfigTable, UnknownKeyInASubTableIsNamedWhole) {
    auto table = ConfigTable::parse("[loop]\nbatch = 8\nbacth = 9\n", "train.toml");
    table.table("loop").integer("batch");
    EXPECT_THAT(message_of<InputError>([&] { table.finish(); }),
                AllOf(HasSubstr("train.toml:3"), HasSubstr("`loop.bacth`"), HasSubstr("`batch`")));
}

TEST(ConfigTable, UnknownTableAndUnknownKeyInAList) {
    auto table = ConfigTable::parse("[lop]\nbatch = 8\n", "t.toml");
    table.table("loop");
    EXPECT_THAT(message_of<InputError>([&] { table.finish(); }),
                AllOf(HasSubstr("`lop`"), HasSubstr("`loop`")));

    auto list = ConfigTable::parse("[[layer]]\nkind = 'a'\n[[layer]]\nknid = 'b'\n", "t.toml");
    for (auto& layer : list.tables("layer")) layer.text("kind", "none");
    EXPECT_THAT(message_of<InputError>([&] { list.finish(); }),
                AllOf(HasSubstr("t.toml:4"), HasSubstr("knid")));
}

TEST(ConfigTable, WrongTypesNameKeyLineAndWhatIsWanted) {
    auto table = ConfigTable::parse(sample, "train.toml");
    EXPECT_THAT(
        message_of<InputError>([&] { table.number("name"); }),
        AllOf(HasSubstr("train.toml:2"), HasSubstr("`name`"), HasSubstr("string"), HasSubstr("a number")));
    EXPECT_THAT(message_of<InputError>([&] { table.text("epochs"); }), HasSubstr("a text is wanted"));
    EXPECT_THAT(message_of<InputError>([&] { table.boolean("epochs"); }), HasSubstr("true or false"));
    EXPECT_THAT(message_of<InputError>([&] { table.number("resume"); }), HasSubstr("a number is wanted"));
    EXPECT_THAT(message_of<InputError>([&] { table.numbers("epochs"); }), HasSubstr("a list of numbers"));
    EXPECT_THAT(message_of<InputError>([&] { table.numbers("files"); }), HasSubstr("a list of numbers"));
    EXPECT_THAT(message_of<InputError>([&] { table.texts("energies"); }), HasSubstr("a list of texts"));
    EXPECT_THAT(message_of<InputError>([&] { table.table("epochs"); }), HasSubstr("a table is wanted"));
    EXPECT_THAT(message_of<InputError>([&] { table.tables("loop"); }), HasSubstr("[[loop]]"));
    EXPECT_THAT(message_of<InputError>([] { ConfigTable::parse("a = [true]").numbers("a"); }),
                HasSubstr("a list of numbers"));
}

TEST(ConfigTable, MissingKeyWithoutDefault) {
    auto table = ConfigTable::parse("[loop]\nbatch = 8\n", "train.toml");
    EXPECT_THAT(message_of<InputError>([&] { table.text("name"); }),
                AllOf(HasSubstr("`name`"), HasSubstr("missing")));
    EXPECT_THAT(message_of<InputError>([&] { table.table("loop").number("rate"); }),
                HasSubstr("`loop.rate`"));
}

TEST(ConfigTable, RangesIncludeTheirEnds) {
    auto table = ConfigTable::parse("x = 2.5\nn = 7\n", "t.toml");
    EXPECT_EQ(table.number_in("x", 2.5, 3), 2.5);
    EXPECT_EQ(table.number_in("x", 0, 2.5), 2.5);
    EXPECT_THAT(message_of<InputError>([&] { table.number_in("x", 0, 2.4); }),
                AllOf(HasSubstr("t.toml:1"), HasSubstr("`x` is 2.5"), HasSubstr("between 0 and 2.4")));
    EXPECT_EQ(table.integer_in("n", 7, 7), 7);
    EXPECT_THAT(message_of<InputError>([&] { table.integer_in("n", 8, 9); }), HasSubstr("between 8 and 9"));
    EXPECT_THAT(message_of<InputError>([] { ConfigTable::parse("x = nan").number_in("x", 0, 1); }),
                HasSubstr("nan"));
}

TEST(ConfigTable, ChoiceNamesTheNearest) {
    auto table = ConfigTable::parse("device = 'cuad'\n", "t.toml");
    EXPECT_THAT(message_of<InputError>([&] {
                    table.choice("device", {"cpu", "cuda"}, "cpu");
                }),
                AllOf(HasSubstr("t.toml:1"), HasSubstr("cuad"), HasSubstr("`cuda`")));
    EXPECT_EQ(ConfigTable::empty().choice("device", {"cpu", "cuda"}, "cpu"), "cpu");
}

TEST(ConfigTable, FlagsOverrideTheFile) {
    auto table = ConfigTable::parse(sample, "train.toml");
    table.set("epochs", std::int64_t{3});
    table.set("rate", 0.5);
    table.set("resume", true);
    table.set("name", std::string("other"));
    table.set("loop.batch", std::int64_t{16});
    table.set("device.kind", std::string("cuda"));
    EXPECT_EQ(table.integer("epochs"), 3);
    EXPECT_EQ(table.number("rate"), 0.5);
    EXPECT_TRUE(table.boolean("resume"));
    EXPECT_EQ(table.text("name"), "other");
    EXPECT_EQ(table.table("loop").integer("batch"), 16);
    EXPECT_EQ(table.table("device").text("kind"), "cuda");
}

TEST(ConfigTable, AFlagThatNothingReadsIsAnError) {
    auto table = ConfigTable::empty();
    table.set("epohcs", std::int64_t{3});
    table.integer("epochs", 1);
    EXPECT_THAT(message_of<InputError>([&] { table.finish(); }),
                AllOf(HasSubstr("`epohcs`"), HasSubstr("`epochs`")));
}

TEST(ConfigTable, EffectiveHoldsDefaultsAndParsesBackToTheSame) {
    auto table = ConfigTable::parse(sample, "train.toml");
    read_all(table);
    EXPECT_EQ(table.number("momentum", 0.9), 0.9);
    EXPECT_EQ(table.text("note", "say \"hi\"\n"), "say \"hi\"\n");
    EXPECT_EQ(table.table("output").integer("every", 500), 500);
    const std::string text = table.effective();

    auto again = ConfigTable::parse(text, "effective.toml");
    read_all(again);
    EXPECT_EQ(again.number("momentum"), 0.9);
    EXPECT_EQ(again.text("note"), "say \"hi\"\n");
    EXPECT_EQ(again.table("output").integer("every"), 500);
    EXPECT_NO_THROW(again.finish());
    EXPECT_EQ(again.effective(), text);
}

TEST(ConfigTable, EffectiveShowsWhatAFlagChanged) {
    auto table = ConfigTable::parse("epochs = 30\n");
    table.set("epochs", std::int64_t{4});
    table.integer("epochs");
    EXPECT_THAT(table.effective(), AllOf(HasSubstr("epochs = 4"), Not(HasSubstr("30"))));
}

TEST(ConfigTable, BrokenTomlNamesTheLine) {
    EXPECT_THAT(message_of<InputError>([] { ConfigTable::parse("a = 1\nb = \"open\n", "t.toml"); }),
                AllOf(HasSubstr("t.toml:2"), HasSubstr("not valid TOML")));
}

TEST(ConfigTable, LoadsAFileAndNamesAMissingOne) {
    test::TemporaryFolder folder;
    write_text(folder / "t.toml", "a = 'x'\n");
    auto table = ConfigTable::load(folder / "t.toml");
    EXPECT_THAT(message_of<InputError>([&] { table.number("a"); }),
                HasSubstr((folder / "t.toml").string() + ":1"));
    EXPECT_THAT(message_of<InputError>([&] { ConfigTable::load(folder / "none.toml"); }),
                HasSubstr("none.toml"));
}

}  // namespace
}  // namespace caloforge::core
