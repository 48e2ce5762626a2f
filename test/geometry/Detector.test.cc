#include "geometry/Detector.hh"

#include <cstdlib>
#include <map>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"
#include "geometry/UsualMaterials.hh"

namespace caloforge::geometry {
namespace {

using core::InputError;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The grid starts on line 3, the silicon on line 9, the lead on line 14, the slabs on 19 and 23, the layer
// on 28.
constexpr const char* sample = R"(name = "small"
mip_mev = 0.1
[grid]
nx = 3
ny = 4
nz = 2
cell_x = 5
cell_y = 6.5
[[material]]
name = "silicon"
density = 2.33
elements = ["Si"]
fractions = [1]
[[material]]
name = "lead"
density = 11.35
elements = ["Pb", "Sb"]
fractions = [0.96, 0.04]
[[slab]]
name = "plate"
material = "lead"
thickness = 3
[[slab]]
name = "sensor"
material = "silicon"
thickness = 0.5
active = true
[[layer]]
repeat = 2
slabs = ["plate", "sensor"]
)";

/// The sample with one piece of text exchanged.
std::string edited(const std::string& from, const std::string& to) {
    std::string text = sample;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

std::string complaint(const std::string& toml) {
    return test::message_of<InputError>([&] { Detector::parse(toml, "d.toml"); });
}

/// Mass per area of one element in the slabs of one material, g/cm2.
double areal_density(const Detector& detector, const std::string& material, const std::string& element) {
    constexpr double cm_per_mm = 0.1;
    double sum = 0;
    for (const auto& slab : detector.slabs()) {
        if (slab.material != material) continue;
        for (const auto& candidate : detector.materials()) {
            if (candidate.name != material) continue;
            for (const auto& [symbol, fraction] : candidate.fractions) {
                if (symbol == element || element == "all") {
                    sum += fraction * candidate.density * slab.thickness * cm_per_mm;
                }
            }
        }
    }
    return sum;
}

TEST(Detector, ReadsAFile) {
    const auto detector = Detector::parse(sample, "d.toml");
    EXPECT_EQ(detector.name(), "small");
    EXPECT_DOUBLE_EQ(detector.mip(), 1e-4);
    EXPECT_TRUE(detector.grid().same_shape({3, 4, 2, 0, 0}));
    ASSERT_EQ(detector.slabs().size(), 4U);
    EXPECT_EQ(detector.slabs()[2].material, "lead");
    EXPECT_FALSE(detector.slabs()[2].active);
    EXPECT_TRUE(detector.slabs()[3].active);
    EXPECT_DOUBLE_EQ(detector.depth(), 7.0);
    EXPECT_DOUBLE_EQ(detector.layer_centre(0), 3.25);
    EXPECT_DOUBLE_EQ(detector.layer_centre(1), 6.75);
    EXPECT_THROW(detector.layer_centre(2), InputError);
}

TEST(Detector, ParticlesSpreadOverOneCellUnlessTheFileSaysOtherwise) {
    const auto cell = Detector::parse(sample, "d.toml").incidence();
    EXPECT_DOUBLE_EQ(cell.spread_x, 5.0);
    EXPECT_DOUBLE_EQ(cell.spread_y, 6.5);
    const auto pencil =
        Detector::parse(edited("[grid]", "[incidence]\nspread_x = 0\nspread_y = 1\n[grid]"), "d.toml");
    EXPECT_DOUBLE_EQ(pencil.incidence().spread_x, 0.0);
    EXPECT_DOUBLE_EQ(pencil.incidence().spread_y, 1.0);
}

TEST(Detector, UsualMaterialsNeedNoDescription) {
    const auto detector = Detector::parse(
        edited("material = \"lead\"\nthickness = 3", "material = \"liquid-argon\"\nthickness = 3"), "d.toml");
    EXPECT_EQ(detector.slabs()[0].material, "liquid-argon");
    EXPECT_DOUBLE_EQ(detector.materials().back().density, 1.396);
    EXPECT_EQ(Detector::from_json(detector.json()).json(), detector.json());
    // One that the file describes is the file's.
    EXPECT_DOUBLE_EQ(Detector::parse(edited("11.35", "11.5"), "d.toml").materials()[1].density, 11.5);
    EXPECT_THAT(complaint(edited("material = \"lead\"", "material = \"tungstn\"")),
                AllOf(HasSubstr("d.toml:"), HasSubstr("`tungsten`")));
}

TEST(Detector, UsualMaterialsAreValid) {
    for (const Material& material : usual_materials()) {
        double sum = 0;
        for (const auto& [element, fraction] : material.fractions) sum += fraction;
        EXPECT_NEAR(sum, 1, 1e-3) << material.name;
    }
}

TEST(Detector, GoesThroughJsonUnchanged) {
    const auto detector = Detector::find("clic-ecal");
    const auto back = Detector::from_json(core::Json::parse(detector.json().dump()));
    EXPECT_EQ(back.json(), detector.json());
    EXPECT_EQ(back.mip(), detector.mip());
    EXPECT_EQ(back.depth(), detector.depth());
}

TEST(Detector, JsonIsHeldToTheRulesOfTheFile) {
    const auto good = Detector::parse(sample, "d.toml").json();
    const auto message = [](const core::Json& json) {
        return test::message_of<InputError>([&] { Detector::from_json(json); });
    };
    auto json = good;
    json["slabs"][0]["thickness"] = -1;
    EXPECT_THAT(message(json), HasSubstr("`thickness` is -1"));
    json = good;
    json["slabs"][1]["active"] = false;
    EXPECT_THAT(message(json), HasSubstr("`nz` is 2, but the stack has 1 active"));
    json = good;
    json["slabs"][0].erase("material");
    EXPECT_THAT(message(json), HasSubstr("material"));
    json = good;
    json["grid"]["nx"] = 0;
    EXPECT_THAT(message(json), HasSubstr("`nx`"));
}

TEST(Detector, CylindricalCellsAreTheOtherReadOut) {
    EXPECT_FALSE(Detector::parse(sample, "d.toml").rings());
    const std::string text =
        edited("[grid]", "[cylinder]\nrings = 9\nsectors = 16\nring_width = 4.65\n[grid]");
    const auto detector = Detector::parse(text, "d.toml");
    ASSERT_TRUE(detector.rings());
    EXPECT_EQ(*detector.rings(), ReadoutRings::regular(2, 16, 9, 4.65));
    const auto back = Detector::from_json(core::Json::parse(detector.json().dump()));
    EXPECT_EQ(*back.rings(), *detector.rings());
    EXPECT_EQ(back.json(), detector.json());
    auto json = detector.json();
    json["cylinder"]["sectors"] = 0;
    EXPECT_THAT(test::message_of<InputError>([&] { Detector::from_json(json); }), HasSubstr("sector"));
    json["cylinder"] = {{"rings", 3}, {"sectors", 4}, {"ring_width", -1.0}};
    EXPECT_THAT(test::message_of<InputError>([&] { Detector::from_json(json); }), HasSubstr("`ring_width`"));
}

// Files of detectors from when they had an angle say what to do; weights files of then stay readable.
TEST(Detector, HasNoAngle) {
    EXPECT_THAT(complaint(edited("[grid]", "[incidence]\ntheta_degrees = 30\n[grid]")),
                AllOf(HasSubstr("d.toml:4:"), HasSubstr("theta_degrees"), HasSubstr("condition `theta`")));
    auto json = Detector::parse(sample, "d.toml").json();
    json["incidence"]["theta"] = 0.5;
    EXPECT_EQ(Detector::from_json(json).json(), Detector::parse(sample, "d.toml").json());
}

TEST(Detector, NamesFileLineAndKey) {
    EXPECT_THAT(complaint(edited("thickness = 3", "thickness = -3")),
                AllOf(HasSubstr("d.toml:22:"), HasSubstr("slab[0].thickness"), HasSubstr("-3")));
    EXPECT_THAT(complaint(edited("nz = 2", "nz = 3")),
                AllOf(HasSubstr("d.toml:6:"), HasSubstr("grid.nz"), HasSubstr("2 active slabs")));
    EXPECT_THAT(complaint(edited("active", "aktive")),
                AllOf(HasSubstr("d.toml:27:"), HasSubstr("`active`?")));
}

TEST(Detector, RefusesThicknessesThatAreNone) {
    for (const char* bad : {"0", "-0.5", "nan", "inf"}) {
        EXPECT_THAT(complaint(edited("thickness = 0.5", std::string("thickness = ") + bad)),
                    HasSubstr("slab[1].thickness"))
            << bad;
    }
}

TEST(Detector, RefusesAStackThatDoesNotFitTheGrid) {
    EXPECT_THAT(complaint(edited("active = true", "active = false")),
                HasSubstr("no slab of the stack is active"));
    EXPECT_THAT(complaint(edited("repeat = 2", "repeat = 3")), HasSubstr("3 active slabs"));
    EXPECT_THAT(complaint(edited("repeat = 2", "repeat = 0")), HasSubstr("layer[0].repeat"));
    EXPECT_THAT(complaint(edited("nx = 3", "nx = 0")), HasSubstr("grid.nx"));
    EXPECT_THAT(complaint(edited("cell_x = 5", "cell_x = -5")), HasSubstr("grid.cell_x"));
}

TEST(Detector, SuggestsTheNearestName) {
    EXPECT_THAT(complaint(edited("material = \"lead\"", "material = \"laed\"")),
                AllOf(HasSubstr("slab[0].material"), HasSubstr("Did you mean `lead`?")));
    EXPECT_THAT(complaint(edited("[\"plate\"", "[\"plat\"")),
                AllOf(HasSubstr("layer[0].slabs"), HasSubstr("Did you mean `plate`?")));
    EXPECT_THAT(complaint(edited("\"Sb\"", "\"Sbb\"")), AllOf(HasSubstr("Sbb"), HasSubstr("element")));
}

TEST(Detector, RefusesMaterialsThatAreNone) {
    EXPECT_THAT(complaint(edited("0.96, 0.04", "0.96, 0.02")),
                AllOf(HasSubstr("material[1].fractions"), HasSubstr("add up to 0.98")));
    EXPECT_THAT(complaint(edited("0.96, 0.04", "1.04, -0.04")), HasSubstr("-0.04 for Sb"));
    EXPECT_THAT(complaint(edited("0.96, 0.04", "1.0")), HasSubstr("1 numbers for 2 elements"));
    EXPECT_THAT(complaint(edited("density = 11.35", "density = 0")), HasSubstr("material[1].density"));
    EXPECT_NO_THROW(Detector::parse(edited("0.96, 0.04", "0.96, 0.0405"), "d.toml"));
    EXPECT_THAT(complaint(edited("elements = [\"Si\"]\nfractions = [1]", "elements = []\nfractions = []")),
                AllOf(HasSubstr("material[0].fractions"), HasSubstr("at least one element")));
}

TEST(Detector, MayBeInAMagneticField) {
    const auto with = [](const std::string& field) {
        return edited("mip_mev", "magnetic_field_tesla = " + field + "\nmip_mev");
    };
    const std::array<double, 3> field = {1, -2, 3.5};
    const auto detector = Detector::parse(with("[1, -2, 3.5]"), "d.toml");
    EXPECT_EQ(detector.magnetic_field(), field);
    EXPECT_EQ(Detector::from_json(detector.json()).magnetic_field(), field);
    const auto without = Detector::parse(sample, "d.toml");
    EXPECT_EQ(without.magnetic_field(), (std::array<double, 3>{}));
    EXPECT_FALSE(without.json().contains("magnetic_field"));
    EXPECT_THAT(complaint(with("[1, 2]")),
                AllOf(HasSubstr("d.toml:2: `magnetic_field_tesla`"), HasSubstr("2 numbers")));
    EXPECT_THAT(complaint(with("[0, 0, nan]")), HasSubstr("is nan"));
    EXPECT_THAT(complaint(with("[0, 0, -40000]")), HasSubstr("gauss?"));
    core::Json json = detector.json();
    json["magnetic_field"] = {0, 0, 99};
    EXPECT_THROW(Detector::from_json(json), InputError);
    json["magnetic_field"] = {0, 0};
    EXPECT_THROW(Detector::from_json(json), InputError);
}

TEST(Detector, RefusesNamesGivenTwice) {
    EXPECT_THAT(complaint(edited("name = \"lead\"", "name = \"silicon\"")), HasSubstr("material[1].name"));
    EXPECT_THAT(complaint(edited("name = \"sensor\"", "name = \"plate\"")), HasSubstr("slab[1].name"));
}

// The set-up of the reference simulation, from its own description.
TEST(ClicEcal, IsTheStackOfTheReferenceSimulation) {
    const auto detector = Detector::find("clic-ecal");
    EXPECT_TRUE(detector.grid().same_shape({25, 25, 25, 0, 0}));
    EXPECT_DOUBLE_EQ(detector.grid().cell_x, 5.1);
    EXPECT_DOUBLE_EQ(detector.grid().x_centre(0) - 0.5 * 5.1, -63.75);
    EXPECT_DOUBLE_EQ(detector.incidence().spread_x, 5.1);
    EXPECT_DOUBLE_EQ(detector.mip(), 0.145e-3);
    EXPECT_NEAR(detector.depth(), 157.95, 1e-9);
    EXPECT_NEAR(detector.layer_centre(0), 2.4 + 0.25 + 0.25, 1e-9);
    EXPECT_NEAR(detector.layer_centre(16), 16 * 5.55 + 2.9, 1e-9);
    EXPECT_NEAR(detector.layer_centre(17), 17 * 5.55 + 4.8 + 0.5, 1e-9);
    std::map<std::string, double> thickness;
    for (const auto& slab : detector.slabs()) thickness[slab.material] += slab.thickness;
    EXPECT_NEAR(thickness["tungsten"], 17 * 2.4 + 8 * 4.8, 1e-9);
    EXPECT_NEAR(thickness["silicon"], 25 * 0.5, 1e-9);
    EXPECT_NEAR(thickness["air"], 25 * 0.35, 1e-9);
}

TEST(ClicEcal, CompositesHaveTheStatedMassPerArea) {
    const auto detector = Detector::find("clic-ecal");
    EXPECT_NEAR(areal_density(detector, "front-composite", "all") / 25, 0.0935, 1e-5);
    EXPECT_NEAR(areal_density(detector, "front-composite", "Cu") / 25, 0.0544, 1e-5);
    EXPECT_NEAR(areal_density(detector, "back-composite", "all") / 25, 0.442, 1e-4);
    EXPECT_NEAR(areal_density(detector, "back-composite", "Cu") / 25, 0.116, 1e-4);
    EXPECT_NEAR(areal_density(detector, "back-composite", "Si") / 25, 0.326 * 0.2805, 1e-4);
}

TEST(DetectorFind, TakesNamesAndFiles) {
    const test::TemporaryFolder folder;
    core::write_text(folder / "own.toml", sample);
    EXPECT_EQ(Detector::find((folder / "own.toml").string()).name(), "small");
    EXPECT_THAT(shipped_detectors(), testing::Contains("clic-ecal"));
    EXPECT_THAT(test::message_of<InputError>([] { Detector::find("clic-ecla"); }),
                HasSubstr("Did you mean `clic-ecal`?"));
    EXPECT_THAT(test::message_of<InputError>([] { Detector::find("no/such.toml"); }),
                HasSubstr("no/such.toml"));
}

TEST(DetectorFind, LooksIntoTheUsersFolderFirst) {
    const test::TemporaryFolder folder;
    core::write_text(folder / "detectors/clic-ecal.toml", sample);
    EXPECT_EQ(Detector::find("clic-ecal").name(), "clic-ecal");
    ::setenv("CALOFORGE_DATA_DIR", folder.path().c_str(), 1);
    const auto own = Detector::find("clic-ecal").name();
    ::unsetenv("CALOFORGE_DATA_DIR");
    EXPECT_EQ(own, "small");
}

}  // namespace
}  // namespace caloforge::geometry
