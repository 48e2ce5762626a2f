#include <gmock/gmock.h>

#include <cstdlib>
#include <limits>

#include "comm/ThreadRanks.hh"
#include "core/TemporaryFolder.hh"
#include "data/ShowerSet.hh"
#include "family/gan3d/Divergence.hh"
#include "family/gan3d/GanStep.hh"
#include "train/TinyTraining.hh"

namespace caloforge::family::gan3d::test {
namespace {

using comm::test::ThreadRanks;
using Tensors = std::map<std::string, torch::Tensor>;

/// R ranks that share a batch train what one rank trains with the whole of it.
class DataParallel : public ::testing::Test {
  protected:
    DataParallel() { use_showers(4); }

    void use_showers(std::size_t showers) {
        const auto file = folder_.path() / std::to_string(showers).append(".h5");
        train::test::write_showers(file, showers);
        const auto set = data::ShowerSet::open({file});
        normalisation_ = data::fit_normalisation(set, 1, true);
        set.for_each_batch(showers, [&](const data::ShowerBatch& batch, std::size_t) { batch_ = batch; });
        config_.batch = showers;
    }

    data::ShowerBatch part(std::size_t rank, std::size_t ranks) const {
        const std::size_t share = batch_.size() / ranks;
        data::ShowerBatch out{batch_.readout, sample::Columns(share, batch_.conditions.fields()), {}};
        for (std::size_t i = 0; i < share; ++i) {
            const auto shower = batch_.shower(rank * share + i);
            out.conditions.copy_row(i, batch_.conditions, rank * share + i);
            out.cells.insert(out.cells.end(), shower.begin(), shower.end());
        }
        return out;
    }

    /// Parameters or gradients of both networks after some steps, of the last rank.
    Tensors after(std::uint64_t steps, std::size_t ranks, bool gradients) {
        Tensors out;
        ThreadRanks(ranks).run([&](comm::Communicator& communicator) {
            torch::set_num_threads(1);
            GanStep step(config_, settings_, normalisation_, communicator);
            const data::ShowerBatch mine = part(communicator.rank(), ranks);
            StepReport report;
            for (std::uint64_t i = 0; i < steps; ++i) report = step(mine, i);
            if (communicator.rank() + 1 != ranks) return;
            report_[ranks] = report;
            for (auto* network : {&step.generator(), &step.discriminator()}) {
                for (const auto& item : network->named_parameters()) {
                    out[network->spec().name + " " + item.key()] =
                        (gradients ? item.value().grad() : item.value()).detach().to(torch::kFloat64);
                }
                for (const auto& item : network->named_buffers())
                    out[network->spec().name + " " + item.key()] = item.value().to(torch::kFloat64);
            }
        });
        return out;
    }

    static double off(const torch::Tensor& a, const torch::Tensor& b) {
        return ((a - b).abs().max() / b.abs().max().clamp_min(1e-300)).item<double>();
    }

    caloforge::test::TemporaryFolder folder_;
    data::Normalisation normalisation_;
    data::ShowerBatch batch_;
    train::TrainConfig config_;
    Gan3dSettings settings_;
    std::map<std::size_t, StepReport> report_;
};

TEST_F(DataParallel, GradientsOfTheFirstStepAreThoseOfTheWholeBatch) {
    settings_.rate.rate = 0;  // all passes see the first weights
    const Tensors whole = after(1, 1, true);
    const Tensors shared = after(1, 2, true);
    for (const auto& [name, gradient] : whole) EXPECT_LT(off(shared.at(name), gradient), 1e-5) << name;
    EXPECT_NEAR(report_[2].on_real.real, report_[1].on_real.real, 1e-6);
    EXPECT_NEAR(report_[2].generator.energy, report_[1].generator.energy, 1e-4);
}

TEST_F(DataParallel, WithoutSynchronisedNormGradientsAreOthers) {
    settings_.rate.rate = 0;
    const Tensors whole = after(1, 1, true);
    settings_.synchronise_norm = false;
    const Tensors shared = after(1, 2, true);
    EXPECT_GT(
        off(shared.at("gan3d-discriminator conv2/weight"), whole.at("gan3d-discriminator conv2/weight")),
        1e-3);
}

TEST_F(DataParallel, GradientsAddedUpOverMicroBatchesAreThoseOfRanksWithTheirOwnNorm) {
    settings_.rate.rate = 0;
    settings_.synchronise_norm = false;
    const Tensors shared = after(1, 2, true);
    settings_.micro_batch = 2;
    const Tensors added = after(1, 1, true);
    for (const auto& [name, gradient] : shared) {
        if (name.find("conv") == std::string::npos) continue;  // running statistics move twice as far
        EXPECT_LT(off(added.at(name), gradient), 1e-5) << name;
    }
    EXPECT_NEAR(report_[2].generator.energy, report_[1].generator.energy, 1e-4);
}

TEST_F(DataParallel, RanksWithMicroBatchesAreMoreRanks) {
    settings_.rate.rate = 0;
    settings_.synchronise_norm = false;
    use_showers(8);
    const Tensors shared = after(1, 4, true);
    settings_.micro_batch = 2;
    const Tensors added = after(1, 2, true);
    for (const auto& [name, gradient] : shared) {
        if (name.find("conv") == std::string::npos) continue;
        EXPECT_LT(off(added.at(name), gradient), 1e-5) << name;
    }
}

TEST_F(DataParallel, TheRankWhoseShowersAreNoNumbersIsNamed) {
    ThreadRanks(2).run([&](comm::Communicator& communicator) {
        torch::set_num_threads(1);
        GanStep step(config_, settings_, normalisation_, communicator);
        data::ShowerBatch mine = part(communicator.rank(), 2);
        if (communicator.rank() == 1) mine.cells[5000] = std::numeric_limits<float>::quiet_NaN();
        const StepReport report = step(mine, 0);
        EXPECT_THAT(DivergenceWatch().look(report, 1),
                    testing::HasSubstr("real showers is no longer a usable number"));
        EXPECT_THAT(step.where(), testing::EndsWith("showers of rank 1"));
    });
}

TEST_F(DataParallel, TheRankWhoseLossIsNoNumberIsNamed) {
    settings_.synchronise_norm = false;
    settings_.rate.rate = 0;
    ThreadRanks(2).run([&](comm::Communicator& communicator) {
        torch::set_num_threads(1);
        GanStep step(config_, settings_, normalisation_, communicator);
        if (communicator.rank() == 1) {
            const torch::NoGradGuard no_grad;
            step.discriminator().parameters()[0].fill_(std::numeric_limits<float>::infinity());
        }
        step(part(communicator.rank(), 2), 0);
        EXPECT_EQ(step.where(), " on rank 1");
    });
}

TEST_F(DataParallel, TenStepsOfGradientDescentInDoublePrecisionAreTheSame) {
    if (std::getenv("CALOFORGE_LONG") == nullptr) GTEST_SKIP() << "takes minutes: make test-long";
    settings_.precision = "float64";
    settings_.rho = 1;  // RMSprop is plain gradient descent then
    settings_.epsilon = 1;
    settings_.rate.rate = 1e-6;
    settings_.generator_steps = 1;
    const Tensors whole = after(10, 1, false), shared = after(10, 4, false);
    for (const auto& [name, value] : whole) EXPECT_LT(off(shared.at(name), value), 1e-9) << name;
    // They have moved.
    const Tensors before = after(0, 1, false);
    EXPECT_GT(off(before.at("gan3d-generator conv3/weight"), whole.at("gan3d-generator conv3/weight")), 1e-6);
}

}  // namespace
}  // namespace caloforge::family::gan3d::test
