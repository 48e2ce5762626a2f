#include "validate/calochallenge/Evaluation.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "ToyFiles.hh"
#include "core/AtomicFile.hh"
#include "core/TemporaryFolder.hh"

namespace caloforge::validate::calochallenge {
namespace {

using test::read_as;
using test::ToyFile;
using test::write_toy;
using testing::HasSubstr;

class EvaluationTest : public testing::Test {
  protected:
    Evaluation evaluate_toys(const ToyFile& a, const ToyFile& b, bool distances = false) {
        const auto open = [&](const char* name, const ToyFile& toy) {
            return open_in_mev({write_toy(folder / name, toy).string()}, read_as(name));
        };
        EvaluationOptions options;
        options.distances = distances;
        options.classifiers = {"observables", "resnet"};
        options.missing = "no network here";
        return evaluate(open("a.h5", a), open("b.h5", b), read_as("reference"), read_as("candidate"),
                        options);
    }
    const test::TemporaryFolder folder;
};

TEST_F(EvaluationTest, ASetDoesNotDifferFromItself) {
    const auto evaluation = evaluate_toys({}, {});
    for (const Metric& metric : evaluation.metrics) {
        if (metric.value)
            EXPECT_EQ(*metric.value, 0) << metric.name;
        else
            EXPECT_FALSE(metric.reason.empty()) << metric.name;
    }
}

TEST_F(EvaluationTest, HasTheChallengesHistograms) {
    const auto of_two = evaluate_toys({.count = 40}, {.count = 40, .seed = 2});
    // Response, voxels; of each of 45 layers energy, sparsity and two in r, four in eta and phi.
    EXPECT_EQ(of_two.histograms.size(), 2U + 45 * 8);
    const auto rings = test::photon_rings();
    const auto of_one = evaluate_toys({.rings = rings, .count = 90, .steps = true},
                                      {.rings = rings, .count = 90, .seed = 2, .steps = true});
    EXPECT_EQ(of_one.set.name, "1-photons");
    EXPECT_EQ(of_one.histograms.size(), 2U + 15 + 5 * 4 + 2 * 4);
    const auto edges = [&](const std::string& name) {
        for (const Histogram& histogram : of_one.histograms) {
            if (histogram.name == name) return histogram.reference->edges();
        }
        ADD_FAILURE() << "no histogram " << name;
        return std::vector<double>{0};
    };
    EXPECT_EQ(edges("centre_eta_2").front(), -100);
    EXPECT_EQ(edges("centre_r_12").back(), 1500);
    EXPECT_EQ(edges("e_tot_over_e_inc_at_2048").front(), 0.4);
    EXPECT_EQ(edges("e_tot_over_e_inc_at_4096").front(), 0.9);
    EXPECT_EQ(edges("layer_energy_0").size(), 40U);
    EXPECT_DOUBLE_EQ(edges("layer_energy_0").front(), 1);
}

TEST_F(EvaluationTest, FindsAnotherScale) {
    const auto evaluation = evaluate_toys({}, {.seed = 2, .scale = 1.1});
    EXPECT_GT(evaluation.find("separation_e_tot_over_e_inc")->value.value(), 0.9);
    EXPECT_LT(evaluation.find("separation_sparsity_mean")->value.value(), 0.05);
}

TEST_F(EvaluationTest, SmallSetsHaveDistances) {
    const auto rings = test::photon_rings();
    const ToyFile toy{.rings = rings, .count = 60, .steps = true};
    ToyFile other = toy;
    other.scale = 1.3;
    const auto evaluation = evaluate_toys(toy, other, true);
    EXPECT_GT(evaluation.find("fpd")->value.value(), 1e-4);
    EXPECT_GT(evaluation.find("kpd")->value.value(), 0);
}

TEST_F(EvaluationTest, SaysWhatIsMissing) {
    const auto evaluation = evaluate_toys({.count = 40}, {.count = 40, .seed = 2});
    EXPECT_EQ(evaluation.find("auc_observables")->reason, "no network here");
    EXPECT_THAT(evaluation.table(), HasSubstr("no network here"));
    const core::Json json = evaluation.json();
    EXPECT_EQ(json["as"], "calochallenge");
    EXPECT_TRUE(json["classifiers"][0]["auc"].is_null());
}

TEST_F(EvaluationTest, EveryMetricIsDocumented) {
    const std::string page = core::read_text(CALOFORGE_SOURCE_DIR "/doc/validation.md");
    const auto documented = [&](const std::string& name) {
        return page.find("`" + name + "`") != std::string::npos;
    };
    for (const MetricInfo& info : summary_metrics()) EXPECT_TRUE(documented(info.name)) << info.name;
    for (const Feature feature : all_features)
        EXPECT_TRUE(documented(std::string("separation_") + to_string(feature) + "_L")) << to_string(feature);
    const auto evaluation = evaluate_toys({.count = 4}, {.count = 4, .seed = 2});
    for (const char* name : {"separation_e_tot_over_e_inc", "separation_voxel_energy"}) {
        EXPECT_NE(evaluation.find(name), nullptr) << name;
        EXPECT_TRUE(documented(name)) << name;
    }
    EXPECT_TRUE(documented("separation_e_tot_over_e_inc_at_E"));
}

}  // namespace
}  // namespace caloforge::validate::calochallenge
