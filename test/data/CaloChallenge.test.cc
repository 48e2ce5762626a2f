#include "data/CaloChallenge.hh"

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"
#include "data/RandomShowers.hh"
#include "data/RawHdf5.hh"

namespace caloforge::data {
namespace {

using core::InputError;
using testing::AllOf;
using testing::HasSubstr;

// A line for each: 3 photons' layers, one of them without voxels, and 2 of pions in FastCaloGAN's own form.
constexpr const char* sample_xml = R"(<?xml version="1.0"?>
<Bins>
  <Particle name="photon">
    <Layer id="0" r_edges="0, 5,10" n_bin_alpha="1" />
    <Layer id="4" r_edges="0" n_bin_alpha="1" />
    <Layer id="12" r_edges="0,2.5,4,6" n_bin_alpha="10" />
  </Particle>
  <Particle name="pion">
    <Bin etaMin="20">
      <Layer id="0" r_edges="0,5" n_bin_alpha="3" />
      <Layer id="1" r_edges="1,5" n_bin_alpha="4" />
    </Bin>
  </Particle>
</Bins>
)";

class BinningFileTest : public testing::Test {
  protected:
    std::filesystem::path write(const std::string& text) const {
        core::write_text(path_, text);
        return path_;
    }
    std::string refusal(const std::string& from, const std::string& to) const {
        std::string text = sample_xml;
        const auto at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        const auto path = write(text.replace(at, from.size(), to));
        return test::message_of<InputError>([&] { read_binning(path); });
    }
    const test::TemporaryFolder folder_;
    const std::filesystem::path path_ = folder_ / "binning.xml";
};

TEST_F(BinningFileTest, ReadsLayersThatDiffer) {
    const auto parts = read_binning(write(sample_xml));
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].particle, "photon");
    const geometry::Readout expected = geometry::ReadoutRings({{{0, 5, 10}, 1, 0}, {{0, 2.5, 4, 6}, 10, 12}});
    EXPECT_EQ(parts[0].readout, expected);
    EXPECT_EQ(parts[1].readout.cells(), 7U);
    EXPECT_EQ(find_binning(path_, 7), parts[1].readout);
    EXPECT_THAT(test::message_of<InputError>([&] { find_binning(path_, 368); }),
                AllOf(HasSubstr("no 368 voxels"), HasSubstr("32 of photon"), HasSubstr("7 of pion")));
}

/// As the public files of data set 1 are: voxels in MeV, alpha by alpha in each layer.
TEST_F(BinningFileTest, MakesDataSetOneReadable) {
    std::vector<float> voxels(2 * 32);
    for (std::size_t i = 0; i < voxels.size(); ++i) voxels[i] = static_cast<float>(i);
    {
        test::RawHdf5 file(folder_ / "photons.h5");
        file.add("showers", {2, 32}, voxels, H5T_IEEE_F64LE);
        file.add("incident_energies", {2, 1}, {65536, 4096}, H5T_IEEE_F64LE);
    }
    ReadOptions options;
    EXPECT_THAT(test::message_of<InputError>([&] { ShowerFile file(folder_ / "photons.h5"); }),
                HasSubstr("32 voxels"));
    options.binning_file = write(sample_xml);
    const auto batch = test::read_file(folder_ / "photons.h5", options);
    EXPECT_EQ(batch.readout.layers(), 2U);
    const std::size_t cell = 2 + 7 * 3 + 1;
    EXPECT_THAT(batch.readout.place_of(cell), testing::ElementsAre(1, 7, 1));
    EXPECT_FLOAT_EQ(batch.shower(1)[cell], static_cast<float>(32 + cell) / 1000);
    EXPECT_EQ(batch.readout.cell_text(cell), "cell 24 (r 1, alpha 7, layer 1)");
    EXPECT_EQ(ShowerFile(folder_ / "photons.h5", options).describe().at("layers").size(), 2U);
}

TEST_F(BinningFileTest, NamesFileAndLineOfWhatIsWrong) {
    EXPECT_THAT(refusal("5,10", "5,ten"),
                AllOf(HasSubstr("binning.xml:4:"), HasSubstr("`ten` is no number")));
    EXPECT_THAT(refusal("5,10", "5,"), HasSubstr("`` is no number"));
    EXPECT_THAT(refusal("2.5,4,6", "2.5,2,6"), HasSubstr("out of order"));
    EXPECT_THAT(refusal("n_bin_alpha=\"10\"", "bins=\"10\""),
                AllOf(HasSubstr(":6:"), HasSubstr("n_bin_alpha")));
    EXPECT_THAT(refusal("n_bin_alpha=\"10\"", "n_bin_alpha=\"-1\""), HasSubstr("`-1`"));
    EXPECT_THAT(refusal("n_bin_alpha=\"10\"", "n_bin_alpha=\"0\""), HasSubstr("0"));
    EXPECT_THAT(refusal("</Bins>", ""), AllOf(HasSubstr("binning.xml:"), HasSubstr("XML file?")));
    write("<Bins></Bins>");
    EXPECT_THAT(test::message_of<InputError>([&] { read_binning(path_); }), HasSubstr("no layer"));
    EXPECT_THROW(read_binning(folder_ / "none.xml"), InputError);
}

/// Whatever a damaged file holds: a binning or an error message.
TEST_F(BinningFileTest, DamagedFiles) {
    std::size_t refused = 0;
    for (std::uint64_t number = 0; number < 500; ++number) {
        std::string text = sample_xml;
        std::vector<std::uint32_t> random(8);
        core::RandomStream(7, number, 0).bits(random);
        for (std::size_t i = 0; i < 1 + random[0] % 3; ++i)
            text[random[2 * i + 1] % text.size()] = static_cast<char>(random[2 * i + 2]);
        if (random[7] % 4 == 0) text.resize(random[7] % text.size());
        try {
            for (const Binning& part : read_binning(write(text))) EXPECT_GT(part.readout.cells(), 0U);
        } catch (const InputError&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, 100U);
}

}  // namespace
}  // namespace caloforge::data
