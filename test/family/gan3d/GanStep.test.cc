#include "family/gan3d/GanStep.hh"

#include <gtest/gtest.h>

#include <cmath>

#include "core/Error.hh"
#include "core/TemporaryFolder.hh"
#include "data/ShowerSet.hh"
#include "family/gan3d/Divergence.hh"
#include "family/gan3d/Losses.hh"
#include "train/TinyTraining.hh"

namespace caloforge::family::gan3d::test {
namespace {

TEST(Losses, PercentageErrorIsKeras) {
    // 100 * (|1.1 - 1| / 1 + |1 - 2| / 2) / 2
    EXPECT_NEAR(mean_absolute_percentage_error(torch::tensor({1.1F, 1.0F}), torch::tensor({1.0F, 2.0F}))
                    .item<double>(),
                30.0, 1e-4);
    // a target of zero counts as 1e-7
    EXPECT_NEAR(mean_absolute_percentage_error(torch::tensor({1e-7F}), torch::tensor({0.0F})).item<double>(),
                100.0, 1e-3);
}

TEST(Losses, RealFakeLossIsBinaryCrossEntropy) {
    const double p = 1 / (1 + std::exp(-0.7));
    const double wanted = -(std::log(p) + std::log(1 - p)) / 2;
    EXPECT_NEAR(real_fake_loss(torch::tensor({0.7F, 0.7F}), torch::tensor({1.0F, 0.0F})).item<double>(),
                wanted, 1e-6);
}

class GanStepTest : public ::testing::Test {
  protected:
    GanStepTest() {
        const auto file = folder_.path() / "showers.h5";
        train::test::write_showers(file, 4);
        const auto set = data::ShowerSet::open({file});
        normalisation_ = data::fit_normalisation(set, 1, true);
        set.for_each_batch(4, [&](const data::ShowerBatch& batch, std::size_t) { batch_ = batch; });
        torch::set_num_threads(1);
    }
    caloforge::test::TemporaryFolder folder_;
    data::Normalisation normalisation_;
    data::ShowerBatch batch_;
};

TEST_F(GanStepTest, OneStepChangesBothNetworksAndReportsPlainLosses) {
    GanStep step({}, {}, normalisation_);
    const auto generator = step.generator().named_parameters()["conv3/weight"].clone();
    const auto discriminator = step.discriminator().named_parameters()["conv1/weight"].clone();
    const StepReport report = step(batch_, 0);
    EXPECT_FALSE(torch::equal(step.generator().named_parameters()["conv3/weight"], generator));
    EXPECT_FALSE(torch::equal(step.discriminator().named_parameters()["conv1/weight"], discriminator));
    // The discriminator's own sum of a real shower is that shower's sum.
    EXPECT_NEAR(report.on_real.sum, 0, 1e-3);
    EXPECT_GT(report.on_real.real, 0);
    EXPECT_GT(report.generator.energy, 0);
    EXPECT_EQ(DivergenceWatch().look(report, 1), "");
}

TEST_F(GanStepTest, DiscriminatorLearnsToTellFromABatch) {
    Gan3dSettings settings;
    settings.generator_steps = 0;  // an opponent that stands still
    settings.label_flip = 0;
    GanStep step({}, settings, normalisation_);
    double first = 0, last = 0;
    for (std::uint64_t i = 0; i < 10; ++i) {
        const auto report = step(batch_, i);
        const double both = report.on_real.real + report.on_generated.real;
        if (i < 2) first += both;
        if (i >= 8) last += both;
    }
    EXPECT_LT(last, first);
}

TEST_F(GanStepTest, BfloatAndFloatAgreeInTheFirstLosses) {
    Gan3dSettings settings;
    const auto exact = GanStep({}, settings, normalisation_)(batch_, 0);
    settings.precision = "bfloat16";
    const auto rounded = GanStep({}, settings, normalisation_)(batch_, 0);
    // bfloat16 keeps 8 bits: products agree to about 1 %.
    EXPECT_NEAR(rounded.on_real.real / exact.on_real.real, 1, 0.05);
    EXPECT_NEAR(rounded.on_real.energy / exact.on_real.energy, 1, 0.05);
    EXPECT_NE(rounded.on_real.energy, exact.on_real.energy);
}

TEST_F(GanStepTest, LearningRateHalves) {
    Gan3dSettings settings;
    settings.half_life = 1;
    const auto change = [&](std::uint64_t number) {
        GanStep step({}, settings, normalisation_);
        const auto before = step.discriminator().named_parameters()["conv4/weight"].clone();
        step(batch_, number);
        return (step.discriminator().named_parameters()["conv4/weight"] - before).abs().max().item<double>();
    };
    EXPECT_LT(change(6), 0.1 * change(0));  // 1/64 of the rate
}

/// The model is the average of the weights, and both come back from a checkpoint.
TEST_F(GanStepTest, AveragesTheGenerator) {
    Gan3dSettings settings;
    settings.average = 0.9;
    const auto weight = [](const network::WeightsFile& file, const std::string& role) {
        return file.tensors.at(role + ".conv3.weight").bytes;
    };
    network::WeightsFile first, resumed, model;
    {
        GanStep step({}, settings, normalisation_);
        step(batch_, 0);
        step(batch_, 1);
        step.store(first);
        step.store_generator(model);
    }
    EXPECT_NE(weight(first, "raw"), weight(first, "generator"));
    EXPECT_EQ(weight(model, "generator"), weight(first, "generator"));
    EXPECT_FALSE(first.document["networks"].contains("raw"));
    settings.average = 0;
    GanStep plain({}, settings, normalisation_);
    plain(batch_, 0);
    plain(batch_, 1);
    network::WeightsFile raw;
    plain.store(raw);
    EXPECT_EQ(weight(raw, "generator"), weight(first, "raw"));  // the training itself knows of no average

    settings.average = 0.9;
    GanStep again({}, settings, normalisation_), uninterrupted({}, settings, normalisation_);
    again.load(first);
    again(batch_, 2);
    again.store(resumed);
    for (std::uint64_t i = 0; i < 3; ++i) uninterrupted(batch_, i);
    network::WeightsFile whole;
    uninterrupted.store(whole);
    for (const char* role : {"raw", "generator"})
        EXPECT_EQ(weight(resumed, role), weight(whole, role)) << role;
}

/// A turned shower is the same shower for the sums, and another for the convolutions.
TEST_F(GanStepTest, TurnsTheRealShowers) {
    Gan3dSettings settings;
    const auto plain = GanStep({}, settings, normalisation_)(batch_, 0);
    settings.augment = true;
    const auto turned = GanStep({}, settings, normalisation_)(batch_, 0);
    EXPECT_NE(turned.on_real.real, plain.on_real.real);
    EXPECT_NEAR(turned.on_real.sum, 0, 1e-3);
    EXPECT_NEAR(turned.on_real.real, plain.on_real.real, 0.5);
}

TEST_F(GanStepTest, SeesShowersThatAreNoNumbers) {
    GanStep step({}, {}, normalisation_);
    batch_.cells[7] = std::nanf("");
    step(batch_, 0);
    EXPECT_NE(step.where(), "");
}

/// Recorded and replayed, a step is what it is one kernel after the other; and near what it is on the CPU,
/// but for other dropout.
TEST_F(GanStepTest, IsTheSameAsAGraph) {
    if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
    train::TrainConfig config;
    config.device = "cuda";
    Gan3dSettings settings;
    settings.rate.rate = 1e-7;  // RMSprop turns rounding into whole steps
    settings.average = 0.9;
    settings.augment = true;
    const auto run = [&](bool graph) {
        settings.graph = graph;
        GanStep step(config, settings, normalisation_);
        std::vector<StepReport> out;
        for (std::uint64_t i = 0; i < 6; ++i) out.push_back(step(batch_, i));
        return out;
    };
    const auto graph = run(true), eager = run(false);
    for (std::size_t i = 0; i < graph.size(); ++i) {
        for (const auto pass : {&StepReport::on_real, &StepReport::on_generated, &StepReport::generator}) {
            const PassLosses &a = graph[i].*pass, &b = eager[i].*pass;
            EXPECT_NEAR(a.real, b.real, 1e-3 * b.real) << i;
            EXPECT_NEAR(a.energy, b.energy, 1e-3 * b.energy) << i;
            EXPECT_NEAR(a.sum, b.sum, 1e-3 * b.sum + 1e-3) << i;
        }
        EXPECT_NEAR(graph[i].diversity, eager[i].diversity, 1e-3) << i;
    }
    // Other noise and other dropout in every step.
    EXPECT_NE(graph[4].on_real.real, graph[5].on_real.real);
    EXPECT_NE(graph[4].diversity, graph[5].diversity);
    config.device = "cpu";
    settings.augment = true;
    const StepReport here = GanStep(config, settings, normalisation_)(batch_, 0);
    EXPECT_NEAR(eager[0].on_real.energy, here.on_real.energy, 0.05 * here.on_real.energy);
    EXPECT_NEAR(eager[0].diversity, here.diversity, 1e-3);
}

/// Whatever precision and batch, it runs, learns and stays finite.
TEST_F(GanStepTest, RunsAsAGraphInAllPrecisions) {
    if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
    train::TrainConfig config;
    config.device = "cuda";
    for (const char* precision : {"float32", "tf32", "bfloat16"}) {
        Gan3dSettings settings;
        settings.precision = precision;
        GanStep step(config, settings, normalisation_);
        DivergenceWatch watch;
        const auto before = step.generator().named_parameters()["conv3/weight"].clone();
        for (std::uint64_t i = 0; i < 8; ++i) EXPECT_EQ(watch.look(step(batch_, i), i), "") << precision;
        EXPECT_FALSE(torch::equal(step.generator().named_parameters()["conv3/weight"], before));
        network::WeightsFile file;
        step.store(file);
        GanStep again(config, settings, normalisation_);
        again.load(file);
        again(batch_, 8);
        EXPECT_EQ(again.where(), "");
    }
}

TEST(Divergence, NamesNanEmptyAndEqualShowers) {
    StepReport good;
    good.diversity = 1;
    StepReport bad = good;
    bad.on_generated.energy = std::nan("");
    DivergenceWatch watch;
    EXPECT_EQ(watch.look(good, 1), "");
    EXPECT_NE(watch.look(bad, 2).find("generated showers is no longer a usable number at step 2"),
              std::string::npos);

    StepReport empty = good;
    empty.empty_share = 0.9;
    StepReport equal = good;
    equal.diversity = 1e-6;
    for (const auto& [report, word] : {std::pair(empty, "no energy"), std::pair(equal, "copies")}) {
        DivergenceWatch fresh;
        std::string cause;
        for (std::uint64_t i = 0; i + 1 < DivergenceWatch::patience; ++i)
            EXPECT_EQ(fresh.look(report, i), "");
        EXPECT_EQ(fresh.look(good, 0), "");  // one good step starts the count anew
        for (std::uint64_t i = 0; i < DivergenceWatch::patience; ++i) cause = fresh.look(report, i);
        EXPECT_NE(cause.find(word), std::string::npos) << cause;
    }
}

}  // namespace
}  // namespace caloforge::family::gan3d::test
