// Sets of showers of several angles and particles.
#include "validate/ShowerConditions.hh"

#include <cmath>
#include <numbers>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Random.hh"
#include "core/TemporaryFolder.hh"
#include "data/ShowerWriter.hh"
#include "validate/ShowerComparison.hh"

namespace caloforge::validate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double degree = std::numbers::pi / 180;

/// Lead and silicon: twelve layers 10 mm apart, cells of 5 mm.
const geometry::Detector detector = geometry::Detector::parse(R"(
name = "stack"
mip_mev = 0.1
grid = {nx = 21, ny = 21, nz = 12, cell_x = 5, cell_y = 5}
layer = [{repeat = 12, slabs = ["plate", "sensor"]}]
[[slab]]
name = "plate"
material = "lead"
thickness = 9
[[slab]]
name = "sensor"
material = "silicon"
thickness = 1
active = true
)",
                                                              "stack.toml");

struct Make {
    std::size_t count = 600;
    std::uint64_t seed = 1;
    double flattest = 0;
    double steepest = 0;                ///< degrees; theta is uniform
    std::vector<float> particles = {};  ///< in turn by chance; none: not said
    double gamma_width = 1;             ///< factor on the width of photons
    bool says_direction = true, says_impact = true;
};

/// Showers about their axes, whose width grows with depth.
data::ShowerSet make(const std::filesystem::path& path, const Make& make) {
    const geometry::ReadoutGrid grid = detector.grid();
    data::ShowerBatch batch{grid, sample::Columns(make.count), {}};
    std::vector<float> energies, impacts, directions, particles;
    batch.cells.resize(make.count * grid.cells());
    for (std::size_t i = 0; i < make.count; ++i) {
        const core::RandomStream draws(make.seed, i, 1);
        const double energy = 10 + 490 * draws.uniform_at(0),
                     theta = degree * (make.flattest + (make.steepest - make.flattest) * draws.uniform_at(1));
        const double phi = 2 * std::numbers::pi * draws.uniform_at(2);
        const double x0 = 5 * draws.uniform_at(3) - 2.5, y0 = 5 * draws.uniform_at(4) - 2.5;
        const auto kinds = static_cast<double>(make.particles.size());
        const float particle = make.particles.empty()
                                   ? 11
                                   : make.particles[static_cast<std::size_t>(draws.uniform_at(5) * kinds)];
        std::vector<float> noise(grid.cells());
        core::RandomStream(make.seed, i, 2).uniform(noise);
        const double width = 6 * (particle == 22 ? make.gamma_width : 1) * (0.9 + 0.2 * draws.uniform_at(6));
        const auto cells = batch.shower(i);
        double sum = 0;
        for (std::size_t c = 0; c < cells.size(); ++c) {
            const std::size_t z = c % grid.nz;
            const double depth = detector.layer_centre(z), slope = std::tan(theta);
            const double x = grid.x_centre(c / grid.nz / grid.ny) - x0 - depth * slope * std::cos(phi);
            const double y = grid.y_centre(c / grid.nz % grid.ny) - y0 - depth * slope * std::sin(phi);
            const auto layer = static_cast<double>(z);
            cells[c] = static_cast<float>(std::pow(layer + 0.5, 2) *
                                          std::exp(-layer / 2 - std::hypot(x, y) / width) * (0.5 + noise[c]));
            sum += cells[c];
        }
        for (float& cell : cells) cell = static_cast<float>(cell * 0.02 * energy / sum);
        energies.push_back(static_cast<float>(energy));
        impacts.insert(impacts.end(), {static_cast<float>(x0), static_cast<float>(y0)});
        directions.insert(directions.end(), {static_cast<float>(theta), static_cast<float>(phi)});
        particles.push_back(particle);
    }
    batch.conditions.add(sample::energy_field, energies);
    if (make.says_impact) batch.conditions.add(sample::impact_field, impacts);
    if (make.says_direction) batch.conditions.add(sample::direction_field, directions);
    if (!make.particles.empty()) batch.conditions.add(sample::particle_field, particles);
    data::ShowerWriter writer(path, batch.readout, {});
    writer.append(std::move(batch));
    writer.commit();
    return data::ShowerSet::open({path});
}

class ShowerConditions : public testing::Test {
  protected:
    data::ShowerSet set(const char* name, const Make& what) { return make(folder_ / name, what); }
    Comparison compare(const data::ShowerSet& reference, const data::ShowerSet& candidate) {
        ShowerCompareOptions options;
        options.mip = detector.mip();
        options.detector = &detector;
        return compare_showers(reference, candidate, options);
    }
    static const Metric* find(const Comparison& comparison, const std::string& name,
                              const std::string& range) {
        for (const Metric& metric : comparison.metrics()) {
            if (metric.name == name && metric.range == range) return &metric;
        }
        return nullptr;
    }
    static std::string said(const Comparison& comparison) {
        std::string out;
        for (const std::string& text : comparison.notices()) out += text + "\n";
        return out;
    }

    test::TemporaryFolder folder_;
};

TEST_F(ShowerConditions, InclinedShowersAreSeenAboutTheirAxes) {
    const auto first = set("a.h5", {.steepest = 40}), second = set("b.h5", {.seed = 2, .steepest = 40});
    const Comparison comparison = compare(first, second);
    EXPECT_EQ(said(comparison), "");
    const core::Json json = comparison.json();
    EXPECT_EQ(json["reference"]["axis"]["from"], "impact");
    EXPECT_EQ(json["candidate"]["axis"]["layer_depths_mm"][1], 19.5);
    // The centre lies on the axis at any angle.
    const ObservableTable& table = comparison.reference_table();
    double mean = 0, square = 0;
    for (const float x : table.column(*table.find("mean_x"))) {
        mean += x / static_cast<double>(table.rows());
        square += x * x / static_cast<double>(table.rows());
    }
    EXPECT_NEAR(mean, 0, 0.1);
    EXPECT_LT(std::sqrt(square), 1);  // mm; about the middle of the window it is 15
    EXPECT_FALSE(table.find("largest_column_share"));
    for (const char* name : {"transverse_profile_max_rel", "wasserstein_radius", "wasserstein_width_x",
                             "mean_worst", "figure_of_merit"}) {
        ASSERT_TRUE(find(comparison, name, "10:500") != nullptr) << name;
        EXPECT_TRUE(find(comparison, name, "10:500")->value) << name;
        EXPECT_FALSE(find(comparison, name, "10:500")->beyond_floor()) << name;
    }
    for (const Drawing& drawing : comparison.drawings()) {
        if (drawing.name == "transverse_profile_x") {
            EXPECT_EQ(drawing.x_label, "x from the shower's axis [mm]");
        } else if (drawing.name == "radial_profile") {
            EXPECT_EQ(drawing.x_label, "distance from the shower's axis [cells]");
        }
    }
}

TEST_F(ShowerConditions, WhatAnAxisNeedsIsSaid) {
    const auto first = set("a.h5", {.count = 150, .steepest = 40}),
               second = set("b.h5", {.count = 150, .seed = 2, .steepest = 40});
    ShowerCompareOptions unknown;
    unknown.mip = detector.mip();
    const Comparison window = compare_showers(first, second, unknown);
    EXPECT_THAT(said(window), HasSubstr("does not know how deep"));
    EXPECT_FALSE(window.json()["reference"].contains("axis"));
    EXPECT_TRUE(window.reference_table().find("largest_column_share"));
    const auto aside = set("c.h5", {.count = 150, .seed = 3, .steepest = 40, .says_impact = false});
    EXPECT_EQ(compare(first, aside).json()["reference"]["axis"]["from"], "middle");
    const auto silent = set("d.h5", {.count = 150, .seed = 3, .says_direction = false});
    EXPECT_THAT(said(compare(first, silent)), HasSubstr("candidate does not say its directions"));
    const auto upright = set("e.h5", {.count = 150, .seed = 4});
    EXPECT_FALSE(compare(upright, upright).json()["reference"].contains("axis"));
}

TEST_F(ShowerConditions, ThetaAndParticlesAreToldSliceBySlice) {
    const auto first = set("a.h5", {.count = 1500, .steepest = 30, .particles = {11, 22}});
    const auto second =
        set("b.h5", {.count = 1500, .seed = 2, .steepest = 30, .particles = {11, 22}, .gamma_width = 1.3});
    const Comparison comparison = compare(first, second);
    std::vector<std::string> names;
    const core::Json json = comparison.json();
    for (const core::Json& slicing : json["slicings"]) names.push_back(slicing["name"]);
    EXPECT_THAT(names, ElementsAre("theta", "particle"));
    EXPECT_TRUE(find(comparison, "wasserstein_width_x", "particle gamma")->beyond_floor());
    EXPECT_FALSE(find(comparison, "wasserstein_width_x", "particle e-")->beyond_floor());
    EXPECT_TRUE(find(comparison, "transverse_profile_max_rel", "particle gamma")->beyond_floor());
    EXPECT_FALSE(find(comparison, "transverse_profile_max_rel", "particle e-")->beyond_floor());
    std::size_t sum = 0;
    for (const char* range : {"theta 0:5", "theta 5:10", "theta 10:15", "theta 15:20", "theta 20:30"}) {
        ASSERT_TRUE(find(comparison, "sampling_fraction_mean_rel", range)) << range;
        sum += find(comparison, "sampling_fraction_mean_rel", range)->n_reference;
    }
    EXPECT_EQ(sum, 1500U);
    EXPECT_FALSE(find(comparison, "sampling_fraction_mean_rel", "theta 30:45"));  // no shower is there
    const Metric& gamma = *find(comparison, "correlation_mad", "particle gamma");
    EXPECT_EQ(gamma.json("energy")["particle"], "gamma");
    EXPECT_FALSE(gamma.json("energy").contains("energy"));
    // As if photons were all that there is.
    const auto photons = [](const data::ShowerSet& set) {
        return set.select({{.condition = "particle", .values = {22}, .text = "photons"}});
    };
    const Comparison alone = compare(photons(first), photons(second));
    EXPECT_EQ(find(alone, "sampling_fraction_mean_rel", "10:500")->n_reference, gamma.n_reference);
    EXPECT_NEAR(*find(alone, "sampling_fraction_mean_rel", "10:500")->value,
                *find(comparison, "sampling_fraction_mean_rel", "particle gamma")->value, 1e-9);
    EXPECT_NEAR(*find(alone, "longitudinal_profile_max_rel", "10:500")->value,
                *find(comparison, "longitudinal_profile_max_rel", "particle gamma")->value, 1e-9);
}

TEST_F(ShowerConditions, AreComparedWhereBothSetsHaveThem) {
    const auto both = set("a.h5", {.steepest = 30, .particles = {11, 22}});
    const auto electrons = set("b.h5", {.seed = 2, .steepest = 15, .particles = {11}});
    const Comparison comparison = compare(both, electrons);
    EXPECT_THAT(said(comparison),
                HasSubstr("the particles differ (e-, gamma in reference, e- in candidate): compared are "
                          "showers of e-"));
    EXPECT_THAT(said(comparison), HasSubstr("the theta ranges differ"));
    EXPECT_EQ(comparison.json()["notices"].size(), comparison.notices().size());
    const std::size_t left = comparison.metrics().front().n_reference;
    EXPECT_GT(left, 100U);
    EXPECT_LT(left, 220U);  // half of the particles, half of the angles
    EXPECT_EQ(comparison.metrics().front().n_candidate, 600U);
}

TEST_F(ShowerConditions, OtherMixturesAreSaid) {
    const auto half = set("a.h5", {.particles = {11, 22}});
    const auto most = set("b.h5", {.seed = 2, .particles = {11, 11, 11, 22}});
    EXPECT_THAT(said(compare(half, most)), HasSubstr("trust the figures per particle"));
    const auto photons = set("c.h5", {.count = 150, .seed = 3, .particles = {22}});
    const auto positrons = set("d.h5", {.count = 150, .seed = 4, .particles = {-11}});
    EXPECT_THAT(said(compare(photons, positrons)),
                HasSubstr("reference is of gamma, candidate of e+: showers of different particles differ"));
    const auto silent = set("e.h5", {.count = 150, .seed = 5});
    EXPECT_THAT(said(compare(half, silent)), HasSubstr("candidate does not say of which particles"));
    EXPECT_EQ(said(compare(photons, silent)), "");  // nobody knows better
}

TEST_F(ShowerConditions, OneAngleIsARangeToo) {
    const auto first = set("a.h5", {.count = 150, .flattest = 20, .steepest = 20});
    const auto second = set("b.h5", {.count = 150, .seed = 2, .flattest = 20, .steepest = 20});
    const Comparison comparison = compare(first, second);
    EXPECT_EQ(said(comparison), "");
    EXPECT_EQ(comparison.metrics().front().n_reference, 150U);
    EXPECT_TRUE(comparison.slicings().empty());
    EXPECT_TRUE(comparison.json()["reference"].contains("axis"));
}

TEST_F(ShowerConditions, AnotherSpreadOfPhiIsSaid) {
    const auto all = set("a.h5", {.count = 400, .steepest = 20}),
               others = set("b.h5", {.count = 400, .seed = 2, .steepest = 20});
    EXPECT_EQ(said(compare(all, others)), "");
    const auto half =
        others.select({{.condition = "direction", .element = 1, .low = 0, .high = 3.1, .text = "above"}});
    EXPECT_THAT(said(compare(all, half)),
                HasSubstr("the angles phi of reference and candidate are spread otherwise"));
}

TEST_F(ShowerConditions, AnglesThatNoneShareAreRefused) {
    const auto wide = set("a.h5", {.steepest = 40});
    const auto steep = wide.select({{.condition = "direction", .low = 0.5, .high = 1, .text = "steep"}});
    const auto flat = wide.select({{.condition = "direction", .low = 0, .high = 0.1, .text = "flat"}});
    const auto message = test::message_of<core::InputError>([&] { compare(steep, flat); });
    EXPECT_THAT(message, HasSubstr("share no angle theta"));
    // Perpendicular ones beside a spread in which none is.
    const auto upright = set("b.h5", {.count = 150, .seed = 2});
    EXPECT_THAT(test::message_of<core::InputError>([&] { compare(wide, upright); }),
                HasSubstr("share no angle theta"));
}

}  // namespace
}  // namespace caloforge::validate
