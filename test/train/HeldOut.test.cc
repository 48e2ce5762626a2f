#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"
#include "model/Network.hh"
#include "network/SpecBuilder.hh"
#include "train/TinyTraining.hh"

namespace caloforge::train::test {
namespace {

namespace fs = std::filesystem;

struct NoSettings : Settings {
    core::Json physics() const override { return core::Json::object(); }
};

/// Its one weight counts the steps; showers held out are described best at a step that is told.
class CountingTrainer : public Trainer {
  public:
    CountingTrainer(const TrainingContext& context, double best)
        : seen_(context.normalisation), schedule_(context.schedule), best_(best) {}

    StepOutcome step(const data::ShowerBatch&, std::uint64_t step) override {
        network_.named_parameters()["layer/bias"].data().fill_(static_cast<double>(step) + 1);
        return {{{"done", schedule_.done(step), ""}}, "", {}};
    }
    void store_model(network::WeightsFile& file) override { network_.store("generator", file); }
    void store(network::WeightsFile& file) override { store_model(file); }
    void load(const network::WeightsFile& file) override { network_.load("generator", file); }
    HeldOut held_out(const data::ShowerSet& set) override {
        const auto steps = network_.named_parameters()["layer/bias"].item<double>();
        return {set.size(), {{"loss", std::abs(steps - best_), ""}}};
    }
    sample::ConditionSpace conditions() const override {
        return sample::ConditionSpace(
            {sample::trained_over(sample::energy_field, {{seen_.energy_low, seen_.energy_high}})});
    }
    std::vector<model::Network*> networks() override { return {&network_}; }

  private:
    static network::NetworkSpec spec() {
        network::SpecBuilder builder("counting");
        builder.input({"energy", {1}, "GeV"}).from("energy").then("layer", "dense", {{"units", 1}});
        return builder.output("layer", "GeV").build();
    }
    data::Normalisation seen_;
    const Schedule& schedule_;
    double best_;
    model::Network network_{spec()};
};

class CountingFamily : public Family {
  public:
    explicit CountingFamily(double best) : best_(best) {}
    std::string name() const override { return "counting"; }
    Abilities abilities() const override { return {.held_out = true, .end_matters = true}; }
    Recipe recipe(std::uint64_t) const override { return {.batch = 2, .epochs = 1000, .held_out = 4}; }
    std::shared_ptr<const Settings> read(core::ConfigTable&, std::uint64_t) const override {
        return std::make_shared<NoSettings>();
    }
    void check_shape(const geometry::Readout&, std::size_t, const Settings&) const override {}
    std::unique_ptr<Trainer> make(const TrainingContext& context) const override {
        return std::make_unique<CountingTrainer>(context, best_);
    }

  private:
    double best_;
};

class HeldOutTraining : public ::testing::Test {
  protected:
    void SetUp() override { write_showers(data_, 20); }

    TrainConfig config(const std::string& toml) {
        static const Family* list[1];
        list[0] = &family_;
        auto table = core::ConfigTable::parse("checkpoint.every_steps = 5\ntraining.threads = 1\n" + toml);
        TrainConfig config = TrainConfig::read(table, list);
        config.data = {data_.string()};
        config.detector = CALOFORGE_SOURCE_DIR "/detectors/clic-ecal.toml";
        return config;
    }
    TrainResult train(const std::string& toml, bool resume = false) {
        return Training(config(toml), "", run_, resume).run();
    }
    static std::uint64_t step_of(const fs::path& file) {
        return network::WeightsFile::read(file).document["training"]["state"]["step"];
    }
    /// Lines of metrics.jsonl with that member.
    std::vector<core::Json> lines(const char* member) const {
        std::vector<core::Json> out;
        std::ifstream file(run_ / "metrics.jsonl");
        for (std::string line; std::getline(file, line);) {
            const auto entry = core::Json::parse(line);
            if (entry.contains(member)) out.push_back(entry);
        }
        return out;
    }

    caloforge::test::TemporaryFolder folder_;
    fs::path data_ = folder_.path() / "showers.h5", run_ = folder_.path() / "run";
    CountingFamily family_{10};
};

TEST_F(HeldOutTraining, TheModelIsTheBestAndTheCheckpointTheLast) {
    const auto result = train("training.steps = 20");
    EXPECT_EQ(result.end, TrainEnd::finished);
    EXPECT_EQ(step_of(result.model), 10U);
    EXPECT_EQ(step_of(result.checkpoint), 20U);
    EXPECT_EQ(result.best.step(), 10U);
    EXPECT_EQ(result.best.loss(), 0);
    ASSERT_EQ(lines("held_out").size(), 4U);
    EXPECT_EQ(lines("held_out")[0]["held_out"]["showers"], 4);
}

TEST_F(HeldOutTraining, EndsWhereNothingIsGainedAnyMore) {
    const auto result = train("training.steps = 80");
    EXPECT_EQ(result.end, TrainEnd::no_gain);
    EXPECT_EQ(result.steps, 30U) << "a quarter of the training behind the best";
    EXPECT_EQ(step_of(result.model), 10U);
    const auto again = train("training.steps = 80", true);
    EXPECT_EQ(again.end, TrainEnd::no_gain);
    EXPECT_EQ(again.steps, 30U);
}

TEST_F(HeldOutTraining, ResumedKnowsWhatWasTheBest) {
    train("training.steps = 20");
    fs::remove(run_ / "checkpoint-000000020.safetensors");  // as if killed behind step 15
    const auto result = train("training.steps = 20", true);
    EXPECT_EQ(result.steps, 20U);
    EXPECT_EQ(result.best.step(), 10U);
    EXPECT_EQ(step_of(result.model), 10U);
}

TEST_F(HeldOutTraining, WithoutShowersHeldOutTheModelIsTheLast) {
    const auto result = train("training.steps = 20\ndata.held_out = 0");
    EXPECT_EQ(step_of(result.model), 20U);
    EXPECT_TRUE(lines("held_out").empty());
}

TEST_F(HeldOutTraining, MoreHeldOutThanThereAreIsRefused) {
    const auto message = caloforge::test::message_of<core::InputError>(
        [&] { train("training.steps = 2\ndata.held_out = 19"); });
    EXPECT_NE(message.find("data.held_out"), std::string::npos) << message;
}

// How long a step takes does not matter here: the passes that the family has as its most end it.
TEST_F(HeldOutTraining, ByTimeTheLearningRateHasFallenAtTheEnd) {
    family_ = CountingFamily(1e9);
    auto timed = config("training.minutes = 1000");
    ASSERT_TRUE(timed.by_time());
    timed.most_epochs = 5;
    const auto result = Training(timed, "", run_, false).run();
    EXPECT_EQ(result.end, TrainEnd::finished);
    EXPECT_EQ(result.steps, 40U);  // 16 showers, two a step
    const auto done = lines("done");
    EXPECT_EQ(done.front()["done"], 0);
    EXPECT_EQ(done[TimePlan::slow_steps + TimePlan::plan_every]["done"], 0);
    EXPECT_NEAR(done.back()["done"].get<double>(), 1, 0.06);
}

TEST_F(HeldOutTraining, ByTimeResumedGoesOnToTheSameEnd) {
    family_ = CountingFamily(1e9);
    auto timed = config("training.minutes = 1000");
    timed.most_epochs = 5;
    timed.checkpoint_keep = 9;
    Training(timed, "", run_, false).run();
    const auto before = lines("done");
    for (const char* name : {"checkpoint-000000035.safetensors", "checkpoint-000000040.safetensors"})
        ASSERT_TRUE(fs::remove(run_ / name));
    timed.most_epochs = 1000;  // what it was planned with does not matter any more
    const auto result = Training(timed, "", run_, true).run();
    EXPECT_EQ(result.steps, 40U);
    const auto after = lines("done");
    ASSERT_EQ(after.size(), before.size());
    for (std::size_t i = 0; i < after.size(); ++i)
        EXPECT_NEAR(after[i]["done"].get<double>(), before[i]["done"].get<double>(), 1e-12) << i;
}

TEST_F(HeldOutTraining, OtherMinutesAreAnotherTraining) {
    family_ = CountingFamily(1e9);
    auto timed = config("training.minutes = 1000");
    timed.most_epochs = 5;
    Training(timed, "", run_, false).run();
    const auto message = caloforge::test::message_of<core::InputError>(
        [&] { Training(config("training.minutes = 10"), "", run_, true); });
    EXPECT_NE(message.find("minutes"), std::string::npos) << message;
}

}  // namespace
}  // namespace caloforge::train::test
