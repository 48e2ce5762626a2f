#include "family/Families.hh"

#include <gmock/gmock.h>

#include <set>

#include "core/AtomicFile.hh"
#include "core/ExpectError.hh"
#include "train/TrainConfig.hh"

namespace caloforge::family::test {
namespace {

using caloforge::test::message_of;
using ::testing::HasSubstr;

/// The defaults of a family.
train::TrainConfig defaults(const std::string& name, core::ConfigTable& table) {
    table.set("model.network", name);
    return train::TrainConfig::read(table, families());
}

TEST(Families, HaveNamesOfTheirOwn) {
    std::set<std::string> names;
    for (const train::Family* family : families()) EXPECT_TRUE(names.insert(family->name()).second);
    EXPECT_FALSE(names.empty());
}

// A key or a default that changes has to change in the document too.
TEST(Families, EveryKeyIsDocumented) {
    const std::string page = core::read_text(CALOFORGE_SOURCE_DIR "/doc/format/train.md");
    for (const train::Family* family : families()) {
        EXPECT_THAT(page, HasSubstr("`" + family->name() + "`"));
        core::ConfigTable table = core::ConfigTable::empty();
        defaults(family->name(), table);
        std::istringstream lines(table.effective());
        for (std::string line; std::getline(lines, line);) {
            const auto equals = line.find(" = ");
            if (equals == std::string::npos) continue;
            const auto begin = line.find_first_not_of(' ');
            const std::string key = "`" + line.substr(begin, equals - begin) + "`";
            EXPECT_NE(page.find(key), std::string::npos) << key << " of " << family->name();
        }
    }
}

TEST(Families, SayWhichOfTheirAbilitiesTheirKeysAre) {
    for (const train::Family* family : families()) {
        core::ConfigTable table = core::ConfigTable::empty();
        defaults(family->name(), table);
        const std::string effective = table.effective();
        const auto reads = [&](const char* key) { return effective.find(key) != std::string::npos; };
        EXPECT_EQ(family->abilities().start_from, reads("start_from")) << family->name();
        EXPECT_EQ(family->abilities().kernels, reads("kernels")) << family->name();
        EXPECT_EQ(family->abilities().norm, reads("synchronise_norm")) << family->name();
    }
}

TEST(Families, RefuseEachOthersKeys) {
    const auto message = [](const char* toml) {
        return message_of<core::InputError>([&] {
            core::ConfigTable table = core::ConfigTable::parse(toml);
            train::TrainConfig::read(table, families());
        });
    };
    EXPECT_THAT(message("model.network = 'forge'\nloss.real = 3.0"), HasSubstr("`loss`"));
    EXPECT_THAT(message("training.layers_per_step = 4"), HasSubstr("`training.layers_per_step`"));
    EXPECT_THAT(message("model.network = 'forje'"), HasSubstr("`forge`"));
}

TEST(Families, ReadKeysAndRejectOthers) {
    auto table = core::ConfigTable::parse("[data]\ntrain = ['x.h5']\n[training]\nbatch = 8\nepochs = 2\n");
    const auto config = train::TrainConfig::read(table, families());
    EXPECT_EQ(config.batch, 8U);
    EXPECT_EQ(config.epochs, 2);
    auto again = core::ConfigTable::parse(table.effective());
    EXPECT_EQ(train::TrainConfig::read(again, families()).physics(), config.physics());
    auto wrong = core::ConfigTable::parse("[data]\ntrain = ['x.h5']\n[training]\nbach = 8\n", "t.toml");
    try {
        train::TrainConfig::read(wrong, families());
        FAIL() << "`bach` was accepted";
    } catch (const core::InputError& error) {
        const std::string message = error.what();
        EXPECT_NE(message.find("t.toml:4"), std::string::npos) << message;
        EXPECT_NE(message.find("`batch`"), std::string::npos) << message;
    }
}

}  // namespace
}  // namespace caloforge::family::test
