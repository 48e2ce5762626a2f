#include "train/Training.hh"

#include <gtest/gtest.h>

#include <fstream>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/StopSignal.hh"
#include "core/TemporaryFolder.hh"
#include "train/TinyTraining.hh"

namespace caloforge::train::test {
namespace {

namespace fs = std::filesystem;

class TrainingTest : public ::testing::Test {
  protected:
    void SetUp() override { write_showers(data_, 9); }
    void TearDown() override { core::request_stop(false); }

    TrainResult train(const fs::path& folder, std::int64_t steps, bool resume = false) {
        return Training(tiny_config(data_, steps), "", folder, resume).run();
    }
    static auto tensors(const fs::path& file) { return network::WeightsFile::read(file).tensors; }
    static std::size_t lines(const fs::path& file) {
        const std::string text = core::read_text(file);
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

    caloforge::test::TemporaryFolder folder_;
    fs::path data_ = folder_.path() / "showers.h5";
};

TEST_F(TrainingTest, ResumedEqualsUninterrupted) {
    const auto whole = train(folder_.path() / "whole", 6);  // crosses the end of an epoch: 4 batches
    train(folder_.path() / "parts", 3);
    const auto second = train(folder_.path() / "parts", 6, true);
    EXPECT_EQ(tensors(whole.checkpoint), tensors(second.checkpoint));
    EXPECT_EQ(tensors(whole.model), tensors(second.model));
    EXPECT_EQ(lines(folder_.path() / "whole/metrics.jsonl"), 6U);
    EXPECT_EQ(lines(folder_.path() / "parts/metrics.jsonl"), 6U);
}

TEST_F(TrainingTest, StopSignalLeavesACheckpointToGoOnFrom) {
    core::request_stop();
    const auto stopped = train(folder_.path() / "run", 4);
    EXPECT_EQ(stopped.end, TrainEnd::stopped_by_signal);
    EXPECT_EQ(stopped.steps, 1U);
    ASSERT_TRUE(fs::exists(stopped.checkpoint));
    core::request_stop(false);
    const auto rest = train(folder_.path() / "run", 4, true);
    EXPECT_EQ(rest.end, TrainEnd::finished);
    EXPECT_EQ(rest.steps, 4U);
}

TEST_F(TrainingTest, KeepsTheLastCheckpointsOnly) {
    const auto result = train(folder_.path() / "run", 6);
    const auto left = CheckpointFolder(folder_.path() / "run", 2).list();
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(left[0].filename(), "checkpoint-000000004.safetensors");
    EXPECT_EQ(left[1], result.checkpoint);
}

TEST_F(TrainingTest, SeedsGiveDifferentModels) {
    auto config = tiny_config(data_, 1);
    const auto first = Training(config, "", folder_.path() / "a", false).run();
    config.seed = 2;
    const auto second = Training(config, "", folder_.path() / "b", false).run();
    EXPECT_NE(tensors(first.model), tensors(second.model));
}

TEST_F(TrainingTest, RefusesToResumeAnotherTraining) {
    train(folder_.path() / "run", 2);
    EXPECT_THROW(train(folder_.path() / "run", 4), core::InputError);
    EXPECT_THROW(train(folder_.path() / "empty", 4, true), core::InputError);
    const auto config = tiny_config(data_, 4, "optimiser.learning_rate = 0.5");
    try {
        Training(config, "", folder_.path() / "run", true);
        FAIL() << "a changed learning rate was accepted";
    } catch (const core::InputError& error) {
        EXPECT_NE(std::string(error.what()).find("learning_rate"), std::string::npos) << error.what();
    }
    write_showers(data_, 9, 7);
    try {
        Training(tiny_config(data_, 4), "", folder_.path() / "run", true);
        FAIL() << "other data were accepted";
    } catch (const core::InputError& error) {
        EXPECT_NE(std::string(error.what()).find("data_fingerprint"), std::string::npos) << error.what();
    }
}

TEST_F(TrainingTest, DivergenceIsNamedAndTheGoodCheckpointStays) {
    auto config = tiny_config(data_, 40, "optimiser.learning_rate = 10.0");  // far beyond what can converge
    config.checkpoint_every = 1;
    try {
        Training(config, "", folder_.path() / "run", false).run();
        FAIL() << "a learning rate of 10 did not diverge";
    } catch (const core::RunError& error) {
        EXPECT_NE(std::string(error.what()).find("diverged"), std::string::npos) << error.what();
    }
    const auto newest = CheckpointFolder(folder_.path() / "run", 2).newest();
    if (newest) {
        EXPECT_NO_THROW(network::WeightsFile::read(*newest).network("generator"));
    }
}

TEST_F(TrainingTest, ShowersOfAnotherGridAreRefused) {
    data::ShowerBatch batch{geometry::ReadoutGrid{5, 5, 5, 5.1, 5.1}, sample::Columns(4),
                            std::vector<float>(4 * 125, 0.01F)};
    batch.conditions.add(sample::energy_field, {100, 100, 100, 100});
    const auto other = folder_.path() / "small.h5";
    data::ShowerWriter writer(other, batch.readout);
    writer.append(std::move(batch));
    writer.commit();
    EXPECT_THROW(Training(tiny_config(other, 1), "", folder_.path() / "run", false), core::InputError);
}

}  // namespace
}  // namespace caloforge::train::test
