#include "data/ShowerFile.hh"

#include <cmath>
#include <fstream>
#include <limits>
#include <numbers>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"
#include "data/RandomShowers.hh"
#include "data/RawHdf5.hh"

namespace caloforge::data {
namespace {

using core::InputError;
using test::RawHdf5;
using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

ReadOptions with_readout(const geometry::Readout& readout) {
    ReadOptions options;
    options.readout = readout;
    return options;
}

class ShowerFileTest : public testing::Test {
  protected:
    std::string refusal(const ReadOptions& options = {}) const {
        return test::message_of<InputError>([&] { test::read_file(path_, options); });
    }
    /// ECAL of `count` showers of 2 x 3 x 4 cells with 0, 1, 2, ... / 1024 GeV.
    static std::vector<float> ramp(std::size_t count) {
        std::vector<float> values(count * 24);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) / 1024;
        return values;
    }

    const test::TemporaryFolder folder_;
    const fs::path path_ = folder_ / "showers.bin";  // recognised by content, not by name
};

TEST_F(ShowerFileTest, FixedAngleWithTarget) {
    {
        RawHdf5 file(path_);
        file.add("ECAL", {2, 2, 3, 4}, ramp(2));
        file.add("target", {2, 3}, {11, 100, 7, 11, 200, 7});
    }
    const auto batch = test::read_file(path_, test::read_options(0, 0));
    EXPECT_EQ(batch.readout, (geometry::ReadoutGrid{2, 3, 4, 0, 0}));
    EXPECT_EQ(batch.cells, ramp(2));
    EXPECT_EQ(batch.conditions.fields(), (sample::Fields{sample::energy_field, sample::particle_field}));
    EXPECT_EQ(test::values(batch, "energy"), (std::vector<float>{100, 200}));
    EXPECT_EQ(test::values(batch, "particle"), (std::vector<float>{11, 11}));
    EXPECT_EQ(ShowerFile(path_).layout(), Layout::fixed_angle);
}

TEST_F(ShowerFileTest, TrailingAxisOfOneAndEnergyInsteadOfTarget) {
    {
        RawHdf5 file(path_);
        file.add("ECAL", {2, 2, 3, 4, 1}, ramp(2));
        file.add("energy", {2, 1}, {50, 60});
    }
    const auto batch = test::read_file(path_);
    EXPECT_EQ(batch.readout.cells(), 24U);
    EXPECT_EQ(test::values(batch, "energy"), (std::vector<float>{50, 60}));
}

TEST_F(ShowerFileTest, OtherNumberTypesAreConverted) {
    for (const hid_t type : {H5T_IEEE_F64LE, H5T_IEEE_F32BE, H5T_IEEE_F64BE, H5T_STD_I32LE, H5T_STD_U16BE}) {
        for (const auto& chunks : {std::vector<hsize_t>{}, std::vector<hsize_t>{3, 2, 2, 3}}) {
            std::vector<float> whole(5 * 24);
            for (std::size_t i = 0; i < whole.size(); ++i) whole[i] = static_cast<float>(i % 7);
            {
                RawHdf5 file(path_);
                file.add("ECAL", {5, 2, 3, 4}, whole, type, chunks);
                file.add("energy", {5}, {500, 501, 502, 503, 504}, type);
            }
            const auto batch = test::read_file(path_);
            EXPECT_EQ(batch.cells, whole);
            EXPECT_EQ(test::values(batch, "energy")[4], 504);
        }
    }
}

/// Chunks that cut every axis, with partial chunks at every edge, read from any shower on.
TEST_F(ShowerFileTest, ChunksAcrossAllAxes) {
    {
        RawHdf5 file(path_);
        file.add("ECAL", {7, 2, 3, 4}, ramp(7), H5T_IEEE_F32LE, {2, 2, 2, 3});
        file.add("energy", {7}, {1e3F, 1e3F, 1e3F, 1e3F, 1e3F, 1e3F, 1e3F}, H5T_IEEE_F32LE, {4});
    }
    ShowerFile file(path_, test::read_options(0, 0));
    const auto expected = ramp(7);
    ShowerBatch batch;
    for (std::size_t first = 0; first < 7; ++first) {
        for (std::size_t count = 1; first + count <= 7; ++count) {
            file.read(first, count, batch);
            EXPECT_TRUE(std::equal(batch.cells.begin(), batch.cells.end(),
                                   expected.begin() + static_cast<std::ptrdiff_t>(first * 24)));
        }
    }
}

TEST_F(ShowerFileTest, VariableAngleWithScale) {
    {
        RawHdf5 file(path_);
        file.add("ECAL", {1, 2, 3, 4}, ramp(1));
        file.add("energy", {1}, {100});
        file.add("theta", {1}, {1.5F});
    }
    const auto batch = test::read_file(path_, test::read_options(50, 0));
    EXPECT_EQ(ShowerFile(path_).layout(), Layout::variable_angle);
    EXPECT_FLOAT_EQ(batch.cells[10], ramp(1)[10] / 50);
    EXPECT_EQ(test::values(batch, "energy")[0], 100);  // the scale is that of the cells
    EXPECT_EQ(
        test::values(batch, "direction"),
        (std::vector<float>{static_cast<float>(std::numbers::pi / 2 - 1.5), std::numbers::pi_v<float>}));
}

TEST_F(ShowerFileTest, AnglesInDegreesAreRecognised) {
    const auto write = [&](float theta) {
        RawHdf5 file(path_);
        file.add("ECAL", {2, 2, 3, 4}, ramp(2));
        file.add("energy", {2}, {100, 100});
        file.add("theta", {2}, {1.5F, theta});
    };
    write(95);
    const auto message =
        test::message_of<InputError>([&] { test::read_file(path_, test::read_options(0, 0)); });
    EXPECT_THAT(message,
                testing::AllOf(HasSubstr("shower 1"), HasSubstr("theta = 95"), HasSubstr("degrees?")));
    write(-1);
    EXPECT_THROW(test::read_file(path_, test::read_options(0, 0)), InputError);
    write(2.1F);
    EXPECT_EQ(test::read_file(path_, test::read_options(0, 0)).size(), 2U);
}

TEST_F(ShowerFileTest, CaloChallengeOrderAndUnit) {
    std::vector<float> voxels(6480);
    for (std::size_t i = 0; i < voxels.size(); ++i) voxels[i] = static_cast<float>(i);
    {
        RawHdf5 file(path_);
        file.add("showers", {1, 6480}, voxels);
        file.add("incident_energies", {1, 1}, {65000});
    }
    const auto batch = test::read_file(path_);
    EXPECT_EQ(test::values(batch, "energy")[0], 65);  // GeV
    ASSERT_EQ(batch.readout, test::cylinder);
    const std::size_t r = 4;
    const std::size_t alpha = 7;
    const std::size_t z = 30;
    const std::size_t cell = (z * 16 + alpha) * 9 + r;
    EXPECT_FLOAT_EQ(batch.cells[cell], static_cast<float>(cell) / 1000);
    EXPECT_THAT(batch.readout.place_of(cell), testing::ElementsAre(r, alpha, z));
}

TEST_F(ShowerFileTest, CaloChallengeShapes) {
    const auto write = [this](hsize_t voxels) {
        RawHdf5 file(path_);
        file.add("showers", {1, voxels}, std::vector<float>(voxels, 1));
        file.add("incident_energies", {1, 1}, {65000});
    };
    write(368);
    EXPECT_THAT(refusal(), AllOf(HasSubstr("368"), HasSubstr("binning XML")));
    EXPECT_THAT(refusal(with_readout(geometry::ReadoutRings::regular(5, 5, 5))), HasSubstr("another number"));
    EXPECT_EQ(
        test::read_file(path_, with_readout(geometry::ReadoutRings::regular(2, 23, 8))).readout.layers(), 2U);
    write(40500);
    EXPECT_EQ(test::read_file(path_).readout, geometry::ReadoutRings::regular(45, 50, 18));
    write(100);
    EXPECT_THAT(refusal(), HasSubstr("100 voxels"));
}

TEST_F(ShowerFileTest, ImpactFromExtra) {
    const auto write = [this](hsize_t columns, const std::string& names) {
        RawHdf5 file(path_);
        file.add("ECAL", {1, 2, 3, 4}, ramp(1));
        file.add("energy", {1}, {100});
        std::vector<float> extra(columns);
        for (std::size_t i = 0; i < columns; ++i) extra[i] = static_cast<float>(i);
        file.add("extra", {1, columns}, extra);
        if (!names.empty()) file.add_attribute("extra", "columns", names);
    };
    write(8, "");
    EXPECT_EQ(test::values(test::read_file(path_), "impact"), (std::vector<float>{2, 3}));
    write(4, "y0, sum, outside, x0");
    EXPECT_EQ(test::values(test::read_file(path_), "impact"), (std::vector<float>{3, 0}));
    write(5, "");
    EXPECT_FALSE(test::read_file(path_).conditions.has("impact"));
}

TEST_F(ShowerFileTest, NoHdf5File) {
    EXPECT_THAT(refusal(), AllOf(HasSubstr("showers.bin"), HasSubstr("no such file")));
    core::write_text(path_, "");
    EXPECT_THAT(refusal(), HasSubstr("empty"));
    core::write_text(path_, "energy,x,y,z\n");
    EXPECT_THAT(refusal(), HasSubstr("not an HDF5 file"));
    EXPECT_FALSE(is_hdf5(path_));
    EXPECT_THAT(test::message_of<InputError>([&] { ShowerFile file(folder_.path()); }), HasSubstr("folder"));
}

TEST_F(ShowerFileTest, TruncatedFile) {
    test::write_file(path_, test::random_showers(test::cartesian_grid, 50));
    EXPECT_TRUE(is_hdf5(path_));
    fs::resize_file(path_, fs::file_size(path_) / 2);
    EXPECT_THAT(refusal(), AllOf(HasSubstr("truncated"), HasSubstr("cut short")));
}

TEST_F(ShowerFileTest, MissingDataSetsAreNamedWithTheNearest) {
    { RawHdf5(path_).add("ecal", {1, 2, 3, 4}, ramp(1)); }
    EXPECT_THAT(refusal(), AllOf(HasSubstr("its data sets: ecal"), HasSubstr("`ecal` be named `ECAL`")));
    {
        RawHdf5 file(path_);
        file.add("ECAL", {1, 2, 3, 4}, ramp(1));
        file.add("energies", {1}, {100});
    }
    EXPECT_THAT(refusal(), AllOf(HasSubstr("`target` or `energy`"), HasSubstr("Should `energies` be named")));
    {
        RawHdf5 file(path_);
        file.add("showers", {1, 6480}, std::vector<float>(6480));
        file.add("incident_energy", {1, 1}, {100});
    }
    EXPECT_THAT(refusal(), HasSubstr("`incident_energy` be named `incident_energies`"));
    { RawHdf5 file(path_); }
    EXPECT_THAT(refusal(), HasSubstr("its data sets: none"));
}

TEST_F(ShowerFileTest, WrongShapesAndTypes) {
    const auto with_energy = [this](const std::vector<hsize_t>& shape, std::size_t values, hsize_t energies) {
        RawHdf5 file(path_);
        file.add("ECAL", shape, std::vector<float>(values));
        file.add("energy", {energies}, std::vector<float>(energies, 100));
    };
    with_energy({2, 12}, 24, 2);
    EXPECT_THAT(refusal(), AllOf(HasSubstr("(2, 12)"), HasSubstr("(N, X, Y, Z)")));
    with_energy({2, 2, 3, 4}, 48, 3);
    EXPECT_THAT(refusal(), AllOf(HasSubstr("`ECAL` holds 2"), HasSubstr("`energy` 3")));
    with_energy({0, 2, 3, 4}, 0, 0);
    EXPECT_THAT(refusal(), HasSubstr("no showers"));
    {
        RawHdf5 file(path_);
        file.add("ECAL", {1, 2, 3, 4}, ramp(1));
        file.add("target", {1, 1}, {11});
    }
    EXPECT_THAT(refusal(), HasSubstr("2 or more"));
    {
        RawHdf5 file(path_);
        file.add("ECAL", {1, 2, 3, 4}, ramp(1));
        file.add_text("energy", 1);
    }
    EXPECT_THAT(refusal(), AllOf(HasSubstr("`energy`"), HasSubstr("text")));
}

TEST_F(ShowerFileTest, HeaderThatClaimsMoreThanIsStored) {
    const auto claim = [this](const std::vector<hsize_t>& shape, const std::vector<hsize_t>& chunks) {
        RawHdf5 file(path_);
        file.add("ECAL", shape, {}, H5T_IEEE_F32LE, chunks);
        file.add("energy", {1}, {100});
    };
    claim({1000, 1000, 1000, 1000}, {});
    EXPECT_THAT(refusal(), HasSubstr("absurd shape"));
    claim({1000000000, 25, 25, 25}, {});
    EXPECT_THAT(refusal(), HasSubstr("0 bytes of (1000000000, 25, 25, 25) are stored"));
    claim({1000000000, 25, 25, 25}, {8, 25, 25, 25});
    EXPECT_THAT(refusal(), HasSubstr("0 of 125000000 chunks"));
    claim({1000000, 25, 25, 25}, {10000, 25, 25, 25});
    EXPECT_THAT(refusal(), HasSubstr("limit of"));
}

TEST_F(ShowerFileTest, BadValuesNameShowerAndCell) {
    const auto with = [this](float value, float energy) {
        auto cells = ramp(2);
        cells[24 + 17] = value;
        RawHdf5 file(path_);
        file.add("ECAL", {2, 2, 3, 4}, cells);
        file.add("energy", {2}, {100, energy});
    };
    const auto place =
        AllOf(HasSubstr("shower 1 of"), HasSubstr("showers.bin"), HasSubstr("cell 17 (x 1, y 1, z 1)"));
    for (const float bad : {std::nanf(""), INFINITY, -INFINITY, -1e-3F}) {
        with(bad, 100);
        EXPECT_THAT(refusal(), place) << bad;
    }
    with(-1e-8F, 100);
    EXPECT_EQ(test::read_file(path_).cells[24 + 17], 0);
    for (const float bad : {0.0F, -5.0F}) {
        with(1, bad);
        EXPECT_THAT(refusal(),
                    AllOf(HasSubstr("shower 1 of"), HasSubstr("not positive"), HasSubstr("`energy`")));
    }
    with(1, std::nanf(""));
    EXPECT_THAT(refusal(), AllOf(HasSubstr("shower 1 of"), HasSubstr("not a finite number")));
}

TEST_F(ShowerFileTest, CellsBelowTheThresholdAreZero) {
    {
        RawHdf5 file(path_);
        file.add("ECAL", {1, 1, 1, 3}, {0.9e-6F, 1.1e-6F, 1});
        file.add("energy", {1}, {100});
    }
    EXPECT_EQ(test::read_file(path_).cells, (std::vector<float>{0, 1.1e-6F, 1}));
    EXPECT_EQ(test::read_file(path_, test::read_options(0, 0)).cells[0], 0.9e-6F);
}

TEST_F(ShowerFileTest, WarnsOnceWhenMoreIsDepositedThanCameIn) {
    {
        RawHdf5 file(path_);
        file.add("ECAL", {2, 1, 1, 1}, {2000, 3000});
        file.add("energy", {2}, {100, 100});
    }
    testing::internal::CaptureStderr();
    test::read_file(path_);
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_THAT(text, AllOf(HasSubstr("Give the scale: 1000"), HasSubstr("shower 0")));
    EXPECT_EQ(text.find("shower 1"), std::string::npos);
    testing::internal::CaptureStderr();
    test::read_file(path_, test::read_options(1000, 1e-6));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(ShowerFileTest, ReadingBeyondTheEnd) {
    test::write_file(path_, test::random_showers(test::cartesian_grid, 5));
    ShowerFile file(path_);
    ShowerBatch batch;
    EXPECT_THAT(test::message_of<InputError>([&] { file.read(3, 3, batch); }), HasSubstr("it holds 5"));
    EXPECT_THAT(test::message_of<InputError>([&] { file.read(SIZE_MAX, 2, batch); }),
                HasSubstr("it holds 5"));
}

TEST_F(ShowerFileTest, Describe) {
    const auto showers = test::random_showers(test::cartesian_grid, 20);
    test::write_file(path_, showers, {.provenance = {{"command", "generate"}, {"seed", 7}}});
    const core::Json json = ShowerFile(path_).describe();
    EXPECT_EQ(json.at("format"), "3DGAN fixed angle");
    EXPECT_EQ(json.at("showers"), 20);
    EXPECT_EQ(json.at("grid").at("nx"), 5);
    const auto energies = showers.conditions.values("energy");
    const auto [low, high] = std::minmax_element(energies.begin(), energies.end());
    EXPECT_EQ(json.at("readout"), "5x4x3 cells");
    const core::Json& impact = json.at("conditions").at(1);
    EXPECT_EQ(impact.at("name"), "impact");
    EXPECT_EQ(impact.at("unit"), "mm");
    float lowest = 0;
    for (std::size_t i = 0; i < 20; ++i)
        lowest = std::min(lowest, test::values(showers, "impact")[2 * i + 1]);
    EXPECT_EQ(impact.at("low").at(1), lowest);
    EXPECT_FLOAT_EQ(json.at("incident_energy_gev").at(0), *low);
    EXPECT_FLOAT_EQ(json.at("incident_energy_gev").at(1), *high);
    EXPECT_EQ(json.at("provenance").at("seed"), 7);
    const core::Json expected{{"name", "ECAL"},
                              {"shape", {20, 5, 4, 3}},
                              {"type", "float32"},
                              {"chunks", {8, 5, 4, 3}},
                              {"compression", "shuffle, gzip 1"}};
    EXPECT_EQ(json.at("datasets").at(0), expected);
}

/// Others hold zeros, labels, energies or nothing of sense in the column of the PDG code.
TEST_F(ShowerFileTest, ATargetWithoutPdgCodesSaysNothingOfParticles) {
    for (const float bad : {0.0F, 1.0F, 11.5F, std::nanf(""), -10.0F, 1e9F}) {
        {
            RawHdf5 file(path_);
            file.add("ECAL", {2, 2, 3, 4}, ramp(2));
            file.add("target", {2, 2}, {22, 100, bad, 200});
        }
        const auto batch = test::read_file(path_);
        EXPECT_EQ(batch.conditions.fields(), sample::Fields{sample::energy_field}) << bad;
        EXPECT_EQ(test::values(batch, "energy"), (std::vector<float>{100, 200}));
    }
}

TEST_F(ShowerFileTest, DataSetsWithAUnitAreConditions) {
    const auto write = [this](const std::string& name, const std::vector<hsize_t>& shape,
                              const std::string& unit) {
        std::size_t size = 1;
        for (const hsize_t extent : shape) size *= extent;
        RawHdf5 file(path_);
        file.add("ECAL", {2, 2, 3, 4}, ramp(2));
        file.add("energy", {2}, {100, 200});
        std::vector<float> values(size);
        for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<float>(i);
        file.add(name, shape, values);
        if (!unit.empty()) file.add_attribute(name, condition_attribute, unit);
    };
    write("wind", {2, 3}, "m/s");
    const auto batch = test::read_file(path_);
    EXPECT_EQ(batch.conditions.fields().back(), (sample::Field{"wind", {3}, "m/s"}));
    EXPECT_EQ(test::values(batch, "wind"), (std::vector<float>{0, 1, 2, 3, 4, 5}));
    for (const char* stranger : {"direction", "particle", "wind"}) {  // of somebody else, whatever it means
        write(stranger, {2, 3}, "");
        EXPECT_EQ(test::read_file(path_).conditions.fields(), sample::Fields{sample::energy_field});
    }
    write("direction", {2, 3}, "rad");
    EXPECT_THAT(refusal(), AllOf(HasSubstr("`direction`"), HasSubstr("(3)"), HasSubstr("(2)")));
    write("particle", {2}, "MeV");
    EXPECT_THAT(refusal(), AllOf(HasSubstr("`particle`"), HasSubstr("MeV")));
    write("wind", {3}, "m/s");
    EXPECT_THAT(refusal(), HasSubstr("inconsistent"));
}

/// The read-out that a flat file of our own states is not trusted either.
TEST_F(ShowerFileTest, StatedReadOutsThatAreNone) {
    const std::string edges = R"("r_edges": [0, 1, 2], "id": 0)";
    for (const auto& [text, words] :
         {std::pair<std::string, std::string>{"{", "read-out"},
          {"3", "number"},
          {R"({"kind": "hexagonal"})", "hexagonal"},
          {R"({"kind": "cylindrical", "sized": true, "layers": []})", "0 layers"},
          {R"({"kind": "cylindrical", "sized": true, "layers": [{)" + edges + R"(, "sectors": 0}]})",
           "sectors"},
          {R"({"kind": "cylindrical", "sized": true, "layers": [{)" + edges + R"(, "sectors": -1}]})",
           "sectors"},
          {R"({"kind": "cylindrical", "sized": true, "layers": [{)" + edges + R"(, "sectors": 4}]})",
           "have 24 cells"},
          {R"({"kind": "irregular", "layers": [[[0, 0, 1]]]})", "read-out"},
          {R"({"nx": 2, "ny": 3, "nz": 4, "cell_x": 1, "cell_y": 1})", "inconsistent"}}) {
        {
            RawHdf5 file(path_);
            file.add("showers", {1, 24}, ramp(1));
            file.add("incident_energies", {1, 1}, {65000});
            file.add_attribute("showers", readout_attribute, text);
        }
        EXPECT_THAT(refusal(), AllOf(HasSubstr("showers.bin"), HasSubstr(words))) << text;
    }
}

TEST_F(ShowerFileTest, SignatureBehindAUserBlock) {
    test::write_file(path_, test::random_showers(test::cartesian_grid, 2));
    const std::string bytes = core::read_text(path_);
    core::write_text(path_, std::string(1024, 'u') + bytes);
    EXPECT_TRUE(is_hdf5(path_));
    core::write_text(path_, std::string(1000, 'u') + bytes);
    EXPECT_FALSE(is_hdf5(path_));
}

}  // namespace
}  // namespace caloforge::data
