#include "validate/Comparison.hh"

#include <cmath>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"
#include "validate/ToyShowers.hh"

namespace caloforge::validate {
namespace {

using test::Toy;
using test::write_set;

const Metric& find(const Comparison& comparison, const std::string& name,
                   const std::string& energy = "10:500") {
    for (const Metric& metric : comparison.metrics()) {
        if (metric.name == name && metric.energy == energy) return metric;
    }
    ADD_FAILURE() << "no metric " << name << " for " << energy;
    static const Metric none;
    return none;
}

TEST(Comparison, IdenticalSetsDoNotDiffer) {
    const test::TemporaryFolder folder;
    const auto set = write_set(folder / "a.h5", Toy{});
    const Comparison comparison(set, set, {});
    int measured = 0;
    for (const Metric& metric : comparison.metrics()) {
        if (!metric.value || metric.name.starts_with("ks_p_")) continue;
        EXPECT_NEAR(*metric.value, 0, 1e-12) << metric.name << " " << metric.energy;
        EXPECT_FALSE(metric.beyond_floor());
        ++measured;
    }
    EXPECT_EQ(find(comparison, "sampling_fraction_mean_rel").n_reference, 400U);
    EXPECT_GE(measured, 7 * 4);  // the bin 10:20 holds too few
}

TEST(Comparison, TwoPerCentMoreEnergyIsSeen) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{});
    const auto second = write_set(folder / "b.h5", Toy{.scale = 1.02});
    const Comparison comparison(first, second, {});
    const Metric& mean = find(comparison, "sampling_fraction_mean_rel");
    EXPECT_NEAR(mean.value.value(), 0.02, 1e-6);
    EXPECT_NEAR(find(comparison, "sampling_fraction_width_rel").value.value(), 0.02, 1e-5);
    EXPECT_NEAR(find(comparison, "longitudinal_profile_max_rel").value.value(), 0.02, 1e-5);
    EXPECT_EQ(find(comparison, "longitudinal_maximum_shift").value.value(), 0);
    // 5 % of fluctuation in 400 showers on either side.
    EXPECT_NEAR(mean.uncertainty.value(), 0.05 * std::sqrt(2.0 / 400), 0.0015);
}

TEST(Comparison, AShiftedLayerIsSeen) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{.count = 1000});
    const auto second = write_set(folder / "b.h5", Toy{.count = 1000, .seed = 2, .shift = 1});
    const Comparison comparison(first, second, {});
    const Metric& shift = find(comparison, "longitudinal_maximum_shift");
    EXPECT_NEAR(shift.value.value(), 1, 0.3);
    EXPECT_TRUE(shift.beyond_floor());
    const Metric& profile = find(comparison, "longitudinal_profile_max_rel");
    EXPECT_GT(std::abs(profile.value.value()), 0.2);
    EXPECT_TRUE(profile.beyond_floor());
    EXPECT_FALSE(find(comparison, "sampling_fraction_mean_rel").beyond_floor());
}

TEST(Comparison, DroppedCellsAreSeen) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{.count = 1000});
    const auto second = write_set(folder / "b.h5", Toy{.count = 1000, .dropped = 0.05});
    const Comparison comparison(first, second, {});
    const Metric& cells = find(comparison, "cells_above_mip_fraction_rel");
    EXPECT_NEAR(cells.value.value(), -0.05, 0.005);
    EXPECT_NEAR(find(comparison, "sampling_fraction_mean_rel").value.value(), -0.05, 0.005);
}

TEST(Comparison, SamplesOfOneDistributionLieAtTheFloor) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{.count = 2000});
    const auto second = write_set(folder / "b.h5", Toy{.count = 1500, .seed = 2});
    const Comparison comparison(first, second, {});
    for (const Metric& metric : comparison.metrics()) {
        if (!metric.value || metric.energy != "10:500" || metric.group != "summary") continue;
        if (metric.name == "resolution_stochastic_rel") continue;  // toys have no such term
        ASSERT_TRUE(metric.floor && metric.uncertainty) << metric.name;
        EXPECT_LT(std::abs(*metric.value), 4 * *metric.uncertainty + 2 * *metric.floor) << metric.name;
        EXPECT_LT(*metric.floor, 5 * *metric.uncertainty) << metric.name;
        EXPECT_GT(*metric.uncertainty, 0) << metric.name;
    }
}

TEST(Comparison, FigureOfMeritIsTheMeanOverTheEnergyBins) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{.count = 1000});
    const auto second = write_set(folder / "b.h5", Toy{.count = 1000, .seed = 2, .shift = 1});
    const Comparison comparison(first, second, {});
    double sum = 0;
    double bins = 0;
    for (const Metric& metric : comparison.metrics()) {
        if (metric.name != "figure_of_merit" || metric.energy == "10:500" || !metric.floor) continue;
        sum += *metric.value;
        bins += 1;
    }
    EXPECT_GT(bins, 3);
    EXPECT_NEAR(*find(comparison, "figure_of_merit").value, sum / bins, 1e-12);
    EXPECT_TRUE(find(comparison, "figure_of_merit").beyond_floor())
        << find(comparison, "figure_of_merit").json();
}

TEST(Comparison, AMeasuredMetricTakesItsPlace) {
    const test::TemporaryFolder folder;
    const auto set = write_set(folder / "a.h5", Toy{});
    Comparison comparison(set, set, {});
    const std::size_t before = comparison.metrics().size();
    Metric metric = find(comparison, "auc_cells");
    metric.value = 0.5;
    comparison.set(metric);
    EXPECT_EQ(comparison.metrics().size(), before);
    EXPECT_EQ(find(comparison, "auc_cells").value, 0.5);
}

TEST(Comparison, FloorIsScaledToTheSizesCompared) {
    const test::TemporaryFolder folder;
    const auto reference = write_set(folder / "a.h5", Toy{.count = 800});
    const auto same = write_set(folder / "b.h5", Toy{.count = 800, .seed = 2});
    const auto small = write_set(folder / "c.h5", Toy{.count = 200, .seed = 3});
    const Comparison equal(reference, same, {});
    const Comparison unequal(reference, small, {});
    const auto ratio = [&](const char* name) {
        return *find(unequal, name).floor / *find(equal, name).floor;
    };
    // (1/800 + 1/200) / (2/800) = 2.5
    EXPECT_NEAR(ratio("sampling_fraction_mean_rel"), std::sqrt(2.5), 1e-9);
    EXPECT_NEAR(ratio("cell_spectrum_separation"), 2.5, 1e-9);
}

TEST(Comparison, IsTheSameForAnyNumberOfThreadsAndBatchSize) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{});
    const auto second = write_set(folder / "b.h5", Toy{.count = 300, .seed = 2});
    CompareOptions options;
    options.threads = 1;
    const Comparison one(first, second, options);
    options.threads = 2;
    options.batch_size = 37;
    const Comparison two(first, second, options);
    options.threads = 5;
    const Comparison five(first, second, options);
    EXPECT_EQ(one.json().dump(), two.json().dump());
    EXPECT_EQ(one.json().dump(), five.json().dump());
    EXPECT_EQ(one.page_profiles().dump(), two.page_profiles().dump());
}

TEST(Comparison, WritesTheMembersOfMetricsJson) {
    const test::TemporaryFolder folder;
    const auto set = write_set(folder / "a.h5", Toy{});
    CompareOptions options;
    options.reference_name = "Geant4";
    const Comparison comparison(set, set, options);
    const core::Json json = comparison.json();
    EXPECT_EQ(json["reference"]["name"], "Geant4");
    EXPECT_EQ(json["reference"]["showers_compared"], 400);
    EXPECT_EQ(json["metrics"][0]["group"], "summary");
    EXPECT_NEAR(json["candidate"]["sampling_fraction"].get<double>(), test::toy_fraction, 0.001);
    for (const char* name : {"auc_cells", "auc_observables", "fpd"}) {
        const Metric& metric = find(comparison, name);
        EXPECT_TRUE(metric.json()["value"].is_null());
        EXPECT_FALSE(metric.reason.empty());
    }
    for (const char* name :
         {"correlation_mad", "figure_of_merit", "figure_of_merit_moments_twice", "resolution_constant_shift",
          "separation_width_x", "chi2_ndf_radius", "ks_p_mean_z", "wasserstein_layer_energy"})
        EXPECT_TRUE(find(comparison, name).value.has_value()) << name;
    EXPECT_THAT(comparison.table(), testing::HasSubstr("cell_spectrum_separation"));
}

// The CaloChallenge's data set 2: 45 layers, 16 angles, 9 radii, in MeV.
data::ShowerSet cylindrical(const std::filesystem::path& path, std::uint64_t seed) {
    const auto batch = test::in_rings(
        test::toy_showers({.count = 120, .seed = seed, .grid = {.nx = 9, .ny = 16, .nz = 45}}));
    data::WriteOptions options;
    options.layout = data::Layout::calochallenge;
    data::ShowerWriter writer(path, batch.readout, options);
    writer.append(data::ShowerBatch(batch));
    writer.commit();
    return data::ShowerSet::open({path});
}

TEST(Comparison, CylindricalSetsAreComparedAboutTheAxis) {
    const test::TemporaryFolder folder;
    const auto first = cylindrical(folder / "a.h5", 1);
    const auto second = cylindrical(folder / "b.h5", 2);
    const Comparison comparison(first, second, {});
    EXPECT_TRUE(comparison.cylindrical());
    for (const char* name : {"sampling_fraction_mean_rel", "transverse_profile_max_rel", "correlation_mad",
                             "separation_radius", "separation_layer_width_x", "wasserstein_leakage_side"})
        EXPECT_TRUE(find(comparison, name).value.has_value()) << name;
    EXPECT_NEAR(*find(comparison, "sampling_fraction_mean_rel").value, 0, 0.05);
    int rings = 0;
    for (const core::Json& profile : comparison.page_profiles()) {
        if (profile["name"] == "radial_profile" && profile["energy"] == "10:500")
            rings = static_cast<int>(profile["reference"]["y"].size());
    }
    EXPECT_EQ(rings, 9);
    // Not to be compared with Cartesian cells of the same number.
    const auto cartesian = write_set(folder / "c.h5", {.count = 120, .grid = {.nx = 9, .ny = 16, .nz = 45}});
    EXPECT_THROW(Comparison(first, cartesian, {}), core::InputError);
}

TEST(Comparison, ProfilesHaveOneEdgeMoreThanValues) {
    const test::TemporaryFolder folder;
    const auto set = write_set(folder / "a.h5", Toy{});
    const Comparison comparison(set, set, {});
    const core::Json page = comparison.page_profiles();
    int overall = 0;
    for (const core::Json& profile : page) {
        const std::size_t bins = profile["edges"].size() - 1;
        for (const char* side : {"reference", "candidate"}) {
            EXPECT_EQ(profile[side]["y"].size(), bins) << profile["name"];
            EXPECT_EQ(profile[side]["error"].size(), bins) << profile["name"];
        }
        if (profile["energy"] == "10:500") ++overall;
        if (profile["name"] != "longitudinal_profile") continue;
        double sum = 0;
        for (const auto& y : profile["reference"]["y"]) sum += y.get<double>();
        EXPECT_NEAR(sum, test::toy_fraction, 0.001);
    }
    // Profiles, means of four families per layer, distributions of the event and of each layer's energy.
    EXPECT_EQ(overall, 9 + 4 + 20 + 12);
}

}  // namespace
}  // namespace caloforge::validate
