#include "network/Forge.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "network/ForgeTree.hh"
#include "network/NetworkPlan.hh"
#include "network/TeacherForcing.hh"

namespace caloforge::network {
namespace {

ForgeOptions options_of(std::size_t nx, std::size_t ny, std::size_t nz) {
    ForgeOptions options;
    options.nx = nx;
    options.ny = ny;
    options.nz = nz;
    options.cell_x = 5.1;
    options.cell_y = 4;
    options.mip = 1.45e-4;
    options.response = 0.017;
    return options;
}

TEST(Forge, EveryGridHasItsNetwork) {
    const std::vector<ForgeOptions> all{options_of(25, 25, 25), options_of(4, 7, 2), options_of(9, 4, 70),
                                        options_of(6, 6, 3)};
    for (const ForgeOptions& options : all) {
        const NetworkSpec spec = forge_generator(options);
        const NetworkPlan plan = plan_network(spec);
        const Shape wanted{1, static_cast<std::int64_t>(options.nx), static_cast<std::int64_t>(options.ny),
                           static_cast<std::int64_t>(options.nz)};
        EXPECT_EQ(plan.shapes.at("showers"), wanted);
        EXPECT_EQ(NetworkSpec::from_json(spec.json()), spec);
    }
}

TEST(Forge, EveryCellIsDrawnOnce) {
    const ForgeOptions options = options_of(5, 4, 3);
    std::set<std::array<std::size_t, 3>> seen;
    const NetworkSpec spec = forge_generator(options);
    const NetworkPlan plan = plan_network(spec);
    std::int64_t outcomes = 0, ratios = 0;
    std::size_t drawn = 0;
    for (const ForgeSample& sample : forge_samples(options)) {
        const Shape& shape = plan.shapes.at(sample.name);
        drawn += static_cast<std::size_t>(element_count(shape));
        if (sample.kind == ForgeSample::Kind::outcome) outcomes += element_count(shape);
        if (sample.kind == ForgeSample::Kind::ratio) ratios += element_count(shape);
        if (sample.kind != ForgeSample::Kind::cells) continue;
        for (std::size_t x = sample.px; x < options.nx; x += 2) {
            for (std::size_t y = sample.py; y < options.ny; y += 2)
                EXPECT_TRUE(seen.insert({x, y, sample.z}).second);
        }
        EXPECT_EQ(shape, (Shape{1, static_cast<std::int64_t>((options.nx - sample.px + 1) / 2),
                                static_cast<std::int64_t>((options.ny - sample.py + 1) / 2)}));
    }
    EXPECT_EQ(seen.size(), options.nx * options.ny * options.nz);
    EXPECT_EQ(outcomes, 2);
    EXPECT_EQ(ratios, 2);
    EXPECT_EQ(drawn, seen.size() + 1 + 4 + 3);  // the response, the splits, the centre
    EXPECT_EQ(element_count(plan.shapes.at("noise")), static_cast<std::int64_t>(drawn));
}

TEST(ForgeTree, DividesDownToSingleLayers) {
    for (const std::size_t layers : {2, 3, 5, 25, 40, 45}) {
        const auto levels = forge_levels(layers);
        const auto parts = forge_parts(layers);
        ASSERT_EQ(parts.size(), levels.size() + 1);
        std::size_t splits = 0;
        for (std::size_t k = 0; k < levels.size(); ++k) {
            splits += levels[k].size();
            for (const ForgeSplit& split : levels[k]) {
                EXPECT_LT(split.begin, split.middle);
                EXPECT_LT(split.middle, split.end);
                // What is divided is whole until then.
                const auto at = std::ranges::find(parts[k], split.begin);
                ASSERT_NE(at, parts[k].end());
                EXPECT_EQ(at + 1 == parts[k].end() ? layers : at[1], split.end);
            }
        }
        EXPECT_EQ(splits, layers - 1);
        EXPECT_EQ(parts.back().size(), layers);
    }
    EXPECT_EQ(forge_levels(25).size(), 7U);
}

TEST(Forge, LayersShareTheirKernels) {
    const auto thin = forge_generator(options_of(8, 8, 3)), thick = forge_generator(options_of(8, 8, 6));
    const auto kernels = [](const NetworkSpec& spec) {
        std::int64_t count = 0;
        const NetworkPlan plan = plan_network(spec);
        for (const auto& step : plan.steps) {
            if (step.layer->type != "conv2d") continue;
            for (const auto& tensor : step.plan.tensors) count += element_count(tensor.shape);
        }
        return count;
    };
    EXPECT_EQ(kernels(thin), kernels(thick));
}

TEST(Forge, WithoutAnImpactPoint) {
    ForgeOptions options = options_of(6, 6, 3);
    options.impact = false;
    const NetworkSpec spec = forge_generator(options);
    plan_network(spec);
    ASSERT_EQ(spec.inputs.size(), 1U);
    EXPECT_EQ(spec.inputs[0].name, "energy");
}

ForgeOptions moving(std::size_t grid, std::size_t window) {
    ForgeOptions options = options_of(window, window, 3);
    options.grid_x = options.grid_y = grid;
    options.depths = {3, 9, 15};
    return options;
}

TEST(Forge, TakesDirectionAndParticle) {
    ForgeOptions options = moving(11, 7);
    options.particles = {-11, 11, 22};
    const NetworkSpec spec = forge_generator(options);
    const NetworkPlan plan = plan_network(spec);
    EXPECT_EQ(spec.inputs, forge_inputs(options));
    ASSERT_EQ(spec.inputs.size(), 4U);
    EXPECT_EQ(plan.shapes.at("showers"), (Shape{1, 11, 11, 3}));
    // The window's cells are drawn, and clusters of nine cells: how many, and of each ring, sector and place.
    EXPECT_EQ(element_count(plan.shapes.at("noise")), 7 * 7 * 3 + 1 + 4 + 3 + 1 + options.clusters * (3 + 9));
    EXPECT_EQ(forge_samples(options).size(), teacher_forced(spec).samples.size());
    // One network for all layers, as without directions.
    ForgeOptions deep = moving(11, 7);
    deep.nz = 6;
    deep.depths = {3, 9, 15, 21, 27, 33};
    const auto places = [](const NetworkSpec& of) {
        std::int64_t count = 0;
        const NetworkPlan made = plan_network(of);
        for (const auto& step : made.steps) {
            for (const auto& tensor : step.plan.tensors)
                count += step.layer->type == "conv2d" ? element_count(tensor.shape) : 0;
        }
        return count;
    };
    EXPECT_EQ(places(forge_generator(moving(11, 7))), places(forge_generator(deep)));
}

TEST(Forge, ClustersNeedASquareWindow) {
    const auto clusters = [](const ForgeOptions& options) {
        const auto drawn = forge_samples(options);
        return std::ranges::count(drawn, ForgeSample::Kind::cluster_choice, &ForgeSample::kind);
    };
    EXPECT_EQ(clusters(moving(11, 7)), 3);
    ForgeOptions none = moving(11, 7);
    none.clusters = 0;
    EXPECT_EQ(clusters(none), 0);
    ForgeOptions uneven = moving(11, 7);
    uneven.ny = 6;
    uneven.grid_y = 10;
    EXPECT_EQ(clusters(uneven), 0);
    EXPECT_EQ(plan_network(forge_generator(uneven)).shapes.at("showers"), (Shape{1, 11, 10, 3}));
    EXPECT_EQ(clusters(options_of(6, 6, 3)), 0);  // all cells are drawn
}

TEST(Forge, OptionsThatCannotBe) {
    EXPECT_THROW(forge_generator(moving(11, 6)), std::logic_error);  // no common middle
    ForgeOptions shallow = moving(11, 7);
    shallow.depths.pop_back();
    EXPECT_THROW(forge_generator(shallow), std::logic_error);
    ForgeOptions still = options_of(8, 8, 8);
    still.grid_x = 10;
    EXPECT_THROW(forge_generator(still), std::logic_error);
    still.grid_x = 0;
    still.particles = {11};
    EXPECT_THROW(forge_generator(still), std::logic_error);
    ForgeOptions round = options_of(8, 4, 3);
    round.impact = false;
    round.ring_edges = {0, 1, 2, 3, 4};
    EXPECT_EQ(plan_network(forge_generator(round)).shapes.at("showers"), (Shape{1, 3, 8, 4}));
    round.nx = 7;  // sectors go round in pairs
    EXPECT_THROW(forge_generator(round), std::logic_error);
    round.nx = 8;
    round.ring_edges.pop_back();
    EXPECT_THROW(forge_generator(round), std::logic_error);
    EXPECT_THROW(forge_generator(options_of(3, 8, 8)), std::logic_error);
    EXPECT_THROW(forge_generator(options_of(8, 8, 1)), std::logic_error);
}

TEST(TeacherForcing, TurnsWhatIsDrawnIntoInputs) {
    const ForgeOptions options = options_of(6, 5, 3);
    const NetworkSpec spec = forge_generator(options);
    const TeacherForced forced = teacher_forced(spec);
    const auto samples = forge_samples(options);
    ASSERT_EQ(forced.samples.size(), samples.size());
    const NetworkPlan plan = plan_network(spec), told = plan_network(forced.spec);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        EXPECT_EQ(forced.samples[i].layer.name, samples[i].name);
        EXPECT_EQ(told.shapes.at(forced.samples[i].parameters), plan.shapes.at(forced.samples[i].parameters));
    }
    EXPECT_EQ(told.trainable_parameters(), plan.trainable_parameters());
    for (const Layer& layer : forced.spec.layers) {
        EXPECT_NE(layer.type, "sample");
        EXPECT_NE(layer.type, "choose");
        EXPECT_NE(layer.type, "random");
    }
}

TEST(TeacherForcing, ANetworkThatDrawsNothingHasNoLikelihood) {
    NetworkSpec spec;
    spec.name = "plain";
    spec.inputs = {{"energy", {1}, "GeV"}};
    spec.layers = {{"out", "relu", {"energy"}, core::Json::object()}};
    spec.outputs = {{"out", {1}, "GeV"}};
    EXPECT_THAT(caloforge::test::message_of<core::InputError>([&] { teacher_forced(spec); }),
                testing::HasSubstr("`plain` draws nothing"));
}

TEST(TensorOwner, MustComeBeforeAndFit) {
    NetworkSpec spec;
    spec.name = "shared";
    spec.inputs = {{"energy", {2}, "GeV"}};
    spec.layers = {{"a", "dense", {"energy"}, {{"units", 2}}},
                   {"b", "dense", {"a"}, {{"units", 2}, {"tensors", "a"}}}};
    spec.outputs = {{"b", {2}, "GeV"}};
    EXPECT_EQ(plan_network(spec).trainable_parameters(), 6);
    const auto message = [&](const char* owner, int units) {
        NetworkSpec bad = spec;
        bad.layers[1].parameters = {{"units", units}, {"tensors", owner}};
        bad.outputs[0].shape = {units};
        return caloforge::test::message_of<core::InputError>([&] { plan_network(bad); });
    };
    EXPECT_THAT(message("c", 2), testing::HasSubstr("`b` uses the tensors of `c`"));
    EXPECT_THAT(message("energy", 2), testing::HasSubstr("no layer before it"));
    EXPECT_THAT(message("a", 3), testing::HasSubstr("not those that it needs"));
}

}  // namespace
}  // namespace caloforge::network
