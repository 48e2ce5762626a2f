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

TEST(Families, DefaultsAreTheRecipeOfTheShippedModel) {
    auto shipped = core::ConfigTable::load(CALOFORGE_SOURCE_DIR "/example/train/forge.toml");
    auto empty = core::ConfigTable::parse("model.network = 'forge'");
    const auto recipe = train::TrainConfig::read(shipped, families());
    const auto defaults = train::TrainConfig::read(empty, families());
    EXPECT_EQ(defaults.physics(), recipe.physics());
}

TEST(Families, DefaultsFollowFromTheNumberOfShowers) {
    const auto read = [](std::uint64_t showers, const std::string& toml = "") {
        auto table = core::ConfigTable::parse("model.network = 'forge'\n" + toml);
        const auto config = train::TrainConfig::read(table, families(), showers);
        return std::pair(config, table.effective());
    };
    const auto [few, said] = read(1500);
    EXPECT_EQ(few.held_out, 150U);
    EXPECT_EQ(few.physics()["energy_bottleneck"], 8);
    EXPECT_THAT(said, HasSubstr("energy_bottleneck = 8"));
    EXPECT_THAT(said, HasSubstr("held_out = 150"));
    const auto [many, more] = read(180'000);
    EXPECT_EQ(many.held_out, 2000U);
    EXPECT_EQ(many.physics()["energy_bottleneck"], 32);
    EXPECT_LT(many.epochs, few.epochs);
    EXPECT_EQ(read(150).first.held_out, 0U) << "each is needed";
    EXPECT_EQ(read(1500, "data.validation = ['v.h5']").first.held_out, 0U);
    EXPECT_EQ(read(1500, "data.held_out = 20").first.held_out, 20U);
    EXPECT_EQ(read(1500, "forge.energy_bottleneck = 5").first.physics()["energy_bottleneck"], 5);
    // What is printed repeats the training.
    auto again = core::ConfigTable::parse(said);
    EXPECT_EQ(train::TrainConfig::read(again, families()).physics(), few.physics());
}

TEST(Families, EndByTimeWhereNothingElseSaysTheEnd) {
    const auto read = [](const std::string& toml) {
        auto table = core::ConfigTable::parse(toml);
        return train::TrainConfig::read(table, families(), 1500);
    };
    const auto planned = read("model.network = 'forge'\ntraining.minutes = 5");
    EXPECT_TRUE(planned.by_time());
    EXPECT_EQ(planned.physics()["minutes"], 5);
    EXPECT_GT(planned.most_epochs, 0);
    EXPECT_FALSE(read("model.network = 'forge'\ntraining.minutes = 5\ntraining.steps = 9").by_time());
    EXPECT_FALSE(read("model.network = 'forge'\ntraining.minutes = 5\ntraining.epochs = 9").by_time());
    EXPECT_FALSE(read("training.minutes = 5").by_time()) << "no learning rate that follows the end";
    const auto message = [&](const std::string& toml) {
        return message_of<core::InputError>([&] { read(toml); });
    };
    EXPECT_THAT(message("training.epochs = 0"), HasSubstr("`training.epochs`"));
    EXPECT_THAT(message("model.network = 'forge'\ntraining.epochs = 0"), HasSubstr("`training.minutes`"));
    EXPECT_THAT(message("data.validation = ['v.h5']\ndata.held_out = 3"), HasSubstr("`data.held_out`"));
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
