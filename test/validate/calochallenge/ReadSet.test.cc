#include "validate/calochallenge/ReadSet.hh"

#include "ToyFiles.hh"
#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"
#include "validate/calochallenge/Evaluation.hh"
#include "validate/statistics/UnitCheck.hh"

namespace caloforge::validate::calochallenge {
namespace {

using core::InputError;
using geometry::ReadoutRings;
using test::message_of;
using test::read_as;
using test::ToyFile;
using test::write_toy;
using testing::HasSubstr;

class ReadSet : public testing::Test {
  protected:
    data::ShowerSet open(const std::string& name, const ToyFile& toy) {
        return open_in_mev({write_toy(folder / name, toy).string()}, read_as(name));
    }
    /// Evaluates the toys `a.h5` and `b.h5`.
    Evaluation evaluate_toys(const ToyFile& a, const ToyFile& b) {
        EvaluationOptions options;
        options.distances = false;
        return evaluate(open("a.h5", a), open("b.h5", b), read_as("a.h5"), read_as("b.h5"), options);
    }
    template <class Error>
    std::string refused(const ToyFile& a, const ToyFile& b) {
        return message_of<Error>([&] { evaluate_toys(a, b); });
    }
    const test::TemporaryFolder folder;
};

TEST_F(ReadSet, HoldsMev) {
    const auto set = open("a.h5", {.count = 2, .steps = true});
    const auto features = HighLevelFeatures(*set.readout().rings());
    const FeatureTable table = feature_table(set, features, 0, "toys");
    EXPECT_DOUBLE_EQ(table.incident[0], 256);
    EXPECT_DOUBLE_EQ(table.incident[1], 512);
    EXPECT_GT(table.deposited[0], 200);
    EXPECT_LT(table.deposited[0], 257);
}

TEST_F(ReadSet, OtherNumbersOfVoxelsAreNoDataSet) {
    const ToyFile toy{.rings = ReadoutRings::regular(4, 2, 3, 5)};
    const auto message = refused<InputError>(toy, toy);
    EXPECT_THAT(message, HasSubstr("24 voxels"));
    EXPECT_THAT(message, HasSubstr("368 in 1-photons, 533 in 1-pions, 6480 in 2, 40500 in 3"));
}

TEST_F(ReadSet, DataSetsAreNotMixed) {
    const auto message = refused<InputError>({}, {.rings = test::photon_rings()});
    EXPECT_THAT(message, HasSubstr("a.h5 is of data set 2"));
    EXPECT_THAT(message, HasSubstr("b.h5 of 1-photons"));
}

TEST_F(ReadSet, RingsOfOtherWidthsAreNotCompared) {
    EXPECT_THAT(refused<InputError>({}, {.rings = ReadoutRings::regular(45, 16, 9, 5)}),
                HasSubstr("a.h5 and b.h5 are binned differently"));
}

TEST_F(ReadSet, ABinningThatContradictsTheFileIsRefused) {
    std::string layers;
    for (int z = 0; z < 45; ++z)
        layers +=
            "<Layer id=\"" + std::to_string(z) + "\" r_edges=\"0,1,2,3,4,5,6,7,8,9\" n_bin_alpha=\"16\"/>";
    core::write_text(folder / "other.xml", "<Bins><Bin name=\"electron\">" + layers + "</Bin></Bins>");
    auto how = read_as("candidate");
    how.binning = folder / "other.xml";
    const auto path = write_toy(folder / "a.h5", {.count = 2}).string();
    const auto message = message_of<InputError>([&] { open_in_mev({path}, how); });
    EXPECT_THAT(message, HasSubstr("other.xml"));
    EXPECT_THAT(message, HasSubstr("the candidate states of itself"));
}

TEST_F(ReadSet, OtherLayoutsAreNamed) {
    const geometry::ReadoutGrid grid{3, 3, 2, 0, 0};
    data::ShowerBatch batch{grid, sample::Columns(1), std::vector<float>(18, 1.0F)};
    batch.conditions.add(sample::energy_field)[0] = 100;
    data::ShowerWriter writer(folder / "grid.h5", batch.readout, {});
    writer.append(std::move(batch));
    writer.commit();
    const auto message =
        message_of<InputError>([&] { open_in_mev({(folder / "grid.h5").string()}, read_as("reference")); });
    EXPECT_THAT(message, HasSubstr("`showers` and `incident_energies`"));
}

TEST_F(ReadSet, IncidentEnergiesInGevAreNoticed) {
    const auto message = refused<UnitError>({}, {.energy_scale = 1e-3});
    EXPECT_THAT(message, HasSubstr("incident energies of the b.h5 lie between"));
    EXPECT_THAT(message, HasSubstr("in GeV?"));
    EXPECT_THAT(message, HasSubstr("the energy scale 1 where"));
}

TEST_F(ReadSet, ShowersInGevAreNoticed) {
    const auto message = refused<UnitError>({}, {.scale = 1e-3});
    EXPECT_THAT(message, HasSubstr("b.h5 0.00"));
    EXPECT_THAT(message, HasSubstr("`showers` in GeV"));
    EXPECT_THAT(refused<UnitError>({.scale = 1e-9}, {}),
                HasSubstr("every voxel of the a.h5 is below the cut"));
}

TEST_F(ReadSet, FixedEnergiesAreNotComparedWithASpectrum) {
    const auto rings = test::photon_rings();
    const auto message = refused<InputError>({.rings = rings, .steps = true}, {.rings = rings});
    EXPECT_THAT(message, HasSubstr("a.h5 has 15 different `incident_energies`, the b.h5 a spectrum"));
}

TEST(DataSet, RingsWithoutLengthsAreThePublicOnes) {
    const DataSet& set = find_data_set(6480, "it");
    const auto rings = binning_of(set, ReadoutRings::regular(45, 16, 9));
    EXPECT_DOUBLE_EQ(rings.layers()[7].edges[1], 4.65);
    EXPECT_EQ(binning_of(set, ReadoutRings::regular(45, 16, 9, 5)).layers()[0].edges[1], 5);
    EXPECT_DOUBLE_EQ(
        binning_of(find_data_set(40500, "it"), ReadoutRings::regular(45, 50, 18)).layers()[0].edges[1],
        2.325);
}

}  // namespace
}  // namespace caloforge::validate::calochallenge
