#include "validate/ShowerComparison.hh"

#include <cmath>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Random.hh"
#include "core/TemporaryFolder.hh"
#include "validate/shower/EventObservables.hh"
#include "validate/shower/ToyShowers.hh"

namespace caloforge::validate {
namespace {

using test::Toy;
using test::write_set;

const Metric& find(const Comparison& comparison, const std::string& name,
                   const std::string& range = "10:500") {
    for (const Metric& metric : comparison.metrics()) {
        if (metric.name == name && metric.range == range) return metric;
    }
    ADD_FAILURE() << "no metric " << name << " for " << range;
    static const Metric none;
    return none;
}

TEST(ShowerComparison, IdenticalSetsDoNotDiffer) {
    const test::TemporaryFolder folder;
    const auto set = write_set(folder / "a.h5", Toy{});
    const Comparison comparison = compare_showers(set, set);
    int measured = 0;
    for (const Metric& metric : comparison.metrics()) {
        if (!metric.value) continue;
        EXPECT_NEAR(metric.distance(), 0, 1e-12) << metric.name << " " << metric.range;
        EXPECT_FALSE(metric.beyond_floor());
        ++measured;
    }
    EXPECT_EQ(find(comparison, "sampling_fraction_mean_rel").n_reference, 400U);
    EXPECT_GE(measured, 7 * 4);  // the bin 10:20 holds too few
}

TEST(ShowerComparison, TwoPerCentMoreEnergyIsSeen) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{});
    const auto second = write_set(folder / "b.h5", Toy{.scale = 1.02});
    const Comparison comparison = compare_showers(first, second);
    const Metric& mean = find(comparison, "sampling_fraction_mean_rel");
    EXPECT_NEAR(mean.value.value(), 0.02, 1e-6);
    EXPECT_NEAR(find(comparison, "sampling_fraction_width_rel").value.value(), 0.02, 1e-5);
    EXPECT_NEAR(find(comparison, "longitudinal_profile_max_rel").value.value(), 0.02, 1e-5);
    EXPECT_EQ(find(comparison, "longitudinal_maximum_shift").value.value(), 0);
    // 5 % of fluctuation in 400 showers on either side.
    EXPECT_NEAR(mean.uncertainty.value(), 0.05 * std::sqrt(2.0 / 400), 0.0015);
}

TEST(ShowerComparison, AShiftedLayerIsSeen) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{.count = 1000});
    const auto second = write_set(folder / "b.h5", Toy{.count = 1000, .seed = 2, .shift = 1});
    const Comparison comparison = compare_showers(first, second);
    const Metric& shift = find(comparison, "longitudinal_maximum_shift");
    EXPECT_NEAR(shift.value.value(), 1, 0.3);
    EXPECT_TRUE(shift.beyond_floor());
    const Metric& profile = find(comparison, "longitudinal_profile_max_rel");
    EXPECT_GT(std::abs(profile.value.value()), 0.2);
    EXPECT_TRUE(profile.beyond_floor());
    EXPECT_FALSE(find(comparison, "sampling_fraction_mean_rel").beyond_floor());
}

TEST(ShowerComparison, DroppedCellsAreSeen) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{.count = 1000});
    const auto second = write_set(folder / "b.h5", Toy{.count = 1000, .dropped = 0.05});
    const Comparison comparison = compare_showers(first, second);
    const Metric& cells = find(comparison, "cells_above_mip_fraction_rel");
    EXPECT_NEAR(cells.value.value(), -0.05, 0.005);
    EXPECT_NEAR(find(comparison, "sampling_fraction_mean_rel").value.value(), -0.05, 0.005);
}

TEST(ShowerComparison, SamplesOfOneDistributionLieAtTheFloor) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{.count = 2000});
    const auto second = write_set(folder / "b.h5", Toy{.count = 1500, .seed = 2});
    const Comparison comparison = compare_showers(first, second);
    for (const Metric& metric : comparison.metrics()) {
        if (!metric.value || metric.range != "10:500" || !metric.sums_up()) continue;
        if (metric.name == "resolution_stochastic_rel") continue;  // toys have no such term
        ASSERT_TRUE(metric.floor && metric.uncertainty) << metric.name;
        EXPECT_LT(std::abs(*metric.value), 4 * *metric.uncertainty + 2 * *metric.floor) << metric.name;
        EXPECT_LT(*metric.floor, 5 * *metric.uncertainty) << metric.name;
        EXPECT_GT(*metric.uncertainty, 0) << metric.name;
    }
}

TEST(ShowerComparison, FigureOfMeritIsTheMeanOverTheEnergyBins) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{.count = 1000});
    const auto second = write_set(folder / "b.h5", Toy{.count = 1000, .seed = 2, .shift = 1});
    const Comparison comparison = compare_showers(first, second);
    double sum = 0;
    double bins = 0;
    for (const Metric& metric : comparison.metrics()) {
        if (metric.name != "figure_of_merit" || metric.range == "10:500" || !metric.floor) continue;
        sum += *metric.value;
        bins += 1;
    }
    EXPECT_GT(bins, 3);
    EXPECT_NEAR(*find(comparison, "figure_of_merit").value, sum / bins, 1e-12);
    EXPECT_TRUE(find(comparison, "figure_of_merit").beyond_floor())
        << find(comparison, "figure_of_merit").json("energy");
}

TEST(ShowerComparison, AMeasuredMetricTakesItsPlace) {
    const test::TemporaryFolder folder;
    const auto set = write_set(folder / "a.h5", Toy{});
    Comparison comparison = compare_showers(set, set);
    const std::size_t before = comparison.metrics().size();
    Metric metric = find(comparison, "auc_cells");
    metric.value = 0.5;
    comparison.set(metric);
    EXPECT_EQ(comparison.metrics().size(), before);
    EXPECT_EQ(find(comparison, "auc_cells").value, 0.5);
}

TEST(ShowerComparison, FloorIsScaledToTheSizesCompared) {
    const test::TemporaryFolder folder;
    const auto reference = write_set(folder / "a.h5", Toy{.count = 800});
    const auto same = write_set(folder / "b.h5", Toy{.count = 800, .seed = 2});
    const auto small = write_set(folder / "c.h5", Toy{.count = 200, .seed = 3});
    const Comparison equal = compare_showers(reference, same);
    const Comparison unequal = compare_showers(reference, small);
    const auto ratio = [&](const char* name) {
        return *find(unequal, name).floor / *find(equal, name).floor;
    };
    // (1/800 + 1/200) / (2/800) = 2.5
    EXPECT_NEAR(ratio("sampling_fraction_mean_rel"), std::sqrt(2.5), 1e-9);
    EXPECT_NEAR(ratio("cell_spectrum_separation"), 2.5, 1e-9);
}

TEST(ShowerComparison, IsTheSameForAnyNumberOfThreadsAndBatchSize) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{});
    const auto second = write_set(folder / "b.h5", Toy{.count = 300, .seed = 2});
    ShowerCompareOptions options;
    options.threads = 1;
    const Comparison one = compare_showers(first, second, options);
    options.threads = 2;
    options.batch_size = 37;
    const Comparison two = compare_showers(first, second, options);
    options.threads = 5;
    const Comparison five = compare_showers(first, second, options);
    EXPECT_EQ(one.json().dump(), two.json().dump());
    EXPECT_EQ(one.json().dump(), five.json().dump());
    ASSERT_EQ(one.drawings().size(), two.drawings().size());
    for (std::size_t i = 0; i < one.drawings().size(); ++i)
        EXPECT_EQ(one.drawings()[i].json("energy").dump(), two.drawings()[i].json("energy").dump());
}

TEST(ShowerComparison, WritesTheMembersOfMetricsJson) {
    const test::TemporaryFolder folder;
    const auto set = write_set(folder / "a.h5", Toy{});
    ShowerCompareOptions options;
    options.reference_name = "Geant4";
    const Comparison comparison = compare_showers(set, set, options);
    const core::Json json = comparison.json();
    EXPECT_EQ(json["reference"]["name"], "Geant4");
    EXPECT_EQ(json["reference"]["showers_compared"], 400);
    EXPECT_EQ(json["metrics"][0]["group"], "summary");
    EXPECT_NEAR(json["candidate"]["sampling_fraction"].get<double>(), test::toy_fraction, 0.001);
    for (const char* name : {"auc_cells", "auc_observables", "fpd"}) {
        const Metric& metric = find(comparison, name);
        EXPECT_TRUE(metric.json("energy")["value"].is_null());
        EXPECT_FALSE(metric.reason.empty());
    }
    for (const char* name :
         {"correlation_mad", "figure_of_merit", "figure_of_merit_moments_twice", "resolution_constant_shift",
          "separation_width_x", "chi2_ndf_radius", "ks_p_mean_z", "wasserstein_layer_energy"})
        EXPECT_TRUE(find(comparison, name).value.has_value()) << name;
    EXPECT_THAT(comparison.table(), testing::HasSubstr("cell_spectrum_separation"));
}

// The CaloChallenge's data set 2: 45 layers, 16 angles, 9 radii, in MeV.
data::ShowerSet cylindrical_set(const std::filesystem::path& path, std::uint64_t seed) {
    const auto batch = test::in_rings(
        test::toy_showers({.count = 120, .seed = seed, .grid = {.nx = 9, .ny = 16, .nz = 45}}));
    data::WriteOptions options;
    options.layout = data::Layout::calochallenge;
    data::ShowerWriter writer(path, batch.readout, options);
    writer.append(data::ShowerBatch(batch));
    writer.commit();
    return data::ShowerSet::open({path});
}

TEST(ShowerComparison, CylindricalSetsAreComparedAboutTheAxis) {
    const test::TemporaryFolder folder;
    const auto first = cylindrical_set(folder / "a.h5", 1);
    const auto second = cylindrical_set(folder / "b.h5", 2);
    const Comparison comparison = compare_showers(first, second);
    for (const char* name : {"sampling_fraction_mean_rel", "transverse_profile_max_rel", "correlation_mad",
                             "separation_radius", "separation_layer_width_x", "wasserstein_leakage_side"})
        EXPECT_TRUE(find(comparison, name).value.has_value()) << name;
    EXPECT_NEAR(*find(comparison, "sampling_fraction_mean_rel").value, 0, 0.05);
    int rings = 0;
    for (const Drawing& profile : comparison.drawings()) {
        if (profile.name == "radial_profile" && profile.range == "10:500")
            rings = static_cast<int>(profile.reference.y.size());
    }
    EXPECT_EQ(rings, 9);
    // Not to be compared with Cartesian cells of the same number.
    const auto cartesian = write_set(folder / "c.h5", {.count = 120, .grid = {.nx = 9, .ny = 16, .nz = 45}});
    EXPECT_THROW(compare_showers(first, cartesian), core::InputError);
}

// Layers of rings that differ, as in the CaloChallenge's data set 1: without sectors, with 10.
const geometry::Readout ragged = geometry::ReadoutRings(
    {{{0, 5, 10, 30}, 1, 0}, {{0, 2, 4, 8, 20, 40}, 10, 1}, {{0, 10, 20}, 10, 2}, {{0, 50, 100}, 1, 12}});

// Cells of a core and coarser ones around it.
geometry::Readout boxes() {
    std::vector<geometry::ReadoutCells::Layer> layers(5);
    for (auto& layer : layers) {
        for (int x = -2; x <= 2; ++x) {
            for (int y = -2; y <= 2; ++y) layer.push_back({5.0 * x, 5.0 * y, 5, 5});
        }
        for (const double side : {-22.5, 22.5}) {
            layer.push_back({side, 0, 20, 65});
            layer.push_back({0, side, 25, 20});
        }
    }
    return geometry::ReadoutCells(layers);
}

// Showers that fall off with the distance from the axis, in any cells that have one.
data::ShowerSet set_in(const geometry::Readout& readout, const std::filesystem::path& path,
                       std::uint64_t seed, double width = 12) {
    const CellRuns cells = lay_out(readout);
    constexpr std::size_t showers = 200;
    data::ShowerBatch batch{readout, sample::Columns(showers), {}};
    const auto energies = batch.conditions.add(sample::energy_field);
    batch.cells.resize(showers * readout.cells());
    for (std::size_t i = 0; i < showers; ++i) {
        energies[i] = static_cast<float>(10 + 490 * core::RandomStream(seed, i, 10).uniform_at(0));
        std::vector<float> uniform(readout.cells());
        core::RandomStream(seed, i, 7).uniform(uniform);
        for (const CellRun& run : cells.runs)
            batch.shower(i)[run.first] =
                uniform[run.first] < 0.2F
                    ? 0.0F
                    : static_cast<float>(1e-3 * energies[i] * uniform[run.first] * std::exp(-run.r / width));
    }
    data::WriteOptions options;
    options.layout = data::Layout::calochallenge;
    data::ShowerWriter writer(path, batch.readout, options);
    writer.append(std::move(batch));
    writer.commit();
    return data::ShowerSet::open({path});
}

TEST(ShowerComparison, ReadOutsWhoseLayersDifferAreCompared) {
    const test::TemporaryFolder folder;
    for (const geometry::Readout& readout : {ragged, boxes()}) {
        const auto first = set_in(readout, folder / "a.h5", 1), second = set_in(readout, folder / "b.h5", 2);
        const auto wide = set_in(readout, folder / "c.h5", 3, 15);
        const Comparison alike = compare_showers(first, second), other = compare_showers(first, wide);
        for (const char* name :
             {"sampling_fraction_mean_rel", "longitudinal_profile_max_rel", "transverse_profile_max_rel",
              "correlation_mad", "wasserstein_radius", "separation_layer_width_x", "separation_sparsity",
              "wasserstein_layer_sparsity"}) {
            ASSERT_TRUE(find(alike, name).value.has_value()) << name << " " << readout.text();
            EXPECT_FALSE(find(alike, name).beyond_floor()) << name << " " << readout.text();
        }
        for (const char* name : {"transverse_profile_max_rel", "wasserstein_radius", "mean_radius_rel"})
            EXPECT_TRUE(find(other, name).beyond_floor()) << name << " " << readout.text();
        EXPECT_THAT(find(alike, "figure_of_merit").reason, testing::HasSubstr("Cartesian"));
        EXPECT_EQ(alike.find("wasserstein_largest_column_share"), nullptr);
    }
}

TEST(ShowerComparison, BinsThatDifferAreNamed) {
    const test::TemporaryFolder folder;
    geometry::ReadoutRings moved = *ragged.rings();
    auto layers = moved.layers();
    layers[1].edges = {0, 2, 5, 8, 20, 40};
    const auto first = set_in(ragged, folder / "a.h5", 1);
    const auto second = set_in(geometry::ReadoutRings(layers), folder / "b.h5", 2);
    const auto message = test::message_of<core::InputError>([&] { compare_showers(first, second); });
    EXPECT_THAT(message, testing::HasSubstr("layer 1 has the ring edges 0, 2, 4, 8, 20, 40 mm and 0, 2, 5,"));
}

TEST(ShowerComparison, EveryObservableIsDocumented) {
    const std::string page = core::read_text(CALOFORGE_SOURCE_DIR "/doc/validation.md");
    for (const geometry::Readout& readout :
         {geometry::Readout(geometry::ReadoutGrid{9, 9, 12, 0, 0}), ragged, boxes()}) {
        const ShowerObserver observer(readout, 1e-3);
        const EventObservables observables(observer);
        const ObservableList& list = observables.list();
        for (std::size_t i = 0; i < list.singles(); ++i)
            EXPECT_THAT(page, testing::HasSubstr("`" + list[i].name + "`"));
        for (const ObservableFamily& family : list.families())
            EXPECT_THAT(page, testing::HasSubstr("`" + family.name + "_ZZ`"));
    }
}

TEST(ShowerComparison, ProfilesHaveOneEdgeMoreThanValues) {
    const test::TemporaryFolder folder;
    const auto set = write_set(folder / "a.h5", Toy{});
    const Comparison comparison = compare_showers(set, set);
    int overall = 0;
    for (const Drawing& profile : comparison.drawings()) {
        const std::size_t bins = profile.edges.size() - 1;
        for (const Series* side : {&profile.reference, &profile.candidate}) {
            EXPECT_EQ(side->y.size(), bins) << profile.name;
            EXPECT_EQ(side->error.size(), bins) << profile.name;
        }
        if (profile.range == "10:500") ++overall;
        if (profile.name != "longitudinal_profile") continue;
        double sum = 0;
        for (const double y : profile.reference.y) sum += y;
        EXPECT_NEAR(sum, test::toy_fraction, 0.001);
    }
    // Profiles, means of four families per layer, distributions of the event and of each layer's energy.
    EXPECT_EQ(overall, 11 + 4 + 24 + 12);
}

}  // namespace
}  // namespace caloforge::validate
