#include "geometry/Readout.hh"

#include "core/Error.hh"
#include "core/ExpectError.hh"

namespace caloforge::geometry {
namespace {

using core::InputError;
using test::message_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Readout grid = ReadoutGrid{3, 4, 2, 5, 6};
const Readout rings = ReadoutRings::regular(2, 4, 3, 4.65);
const Readout ragged = ReadoutRings({{{0, 5, 10}, 1, 0}, {{0, 2.5, 4, 6}, 10, 12}});
const Readout list = ReadoutCells({{{-2.5, 0, 5, 10}, {2.5, 0, 5, 10}}, {}, {{0.1, -0.1, 3, 3}}});

TEST(Readout, CountsItsCellsAndLayers) {
    EXPECT_EQ(Readout().cells(), 0U);
    EXPECT_EQ(grid.cells(), 24U);
    EXPECT_EQ(rings.cells(), 24U);
    EXPECT_EQ(ragged.cells(), 32U);
    EXPECT_EQ(list.cells(), 3U);
    EXPECT_EQ(grid.layers(), 2U);
    EXPECT_EQ(ragged.layers(), 2U);
    EXPECT_EQ(list.layers(), 3U);
}

/// The order in memory, which files rely on.
TEST(Readout, TellsWhereACellIs) {
    EXPECT_THAT(grid.place_of((2 * 4 + 3) * 2 + 1), ElementsAre(2, 3, 1));
    EXPECT_THAT(rings.place_of((1 * 4 + 3) * 3 + 2), ElementsAre(2, 3, 1));
    EXPECT_THAT(ragged.place_of(1), ElementsAre(1, 0, 0));
    EXPECT_THAT(ragged.place_of(2 + 7 * 3 + 1), ElementsAre(1, 7, 1));
    EXPECT_THAT(list.place_of(1), ElementsAre(1, 0, 0));
    EXPECT_THAT(list.place_of(2), ElementsAre(0, 0, 2));
    for (const Readout& readout : {grid, rings, ragged, list}) {
        for (std::size_t cell = 0; cell < readout.cells(); ++cell)
            EXPECT_EQ(readout.layer_of(cell), readout.place_of(cell)[2]);
    }
}

TEST(Readout, IsCompared) {
    const std::vector<Readout> all = {grid, rings, ragged, list, {}};
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = 0; j < all.size(); ++j) {
            EXPECT_EQ(all[i] == all[j], i == j);
            EXPECT_EQ(all[i].same_shape(all[j]), i == j);
        }
    }
    // Sizes make no other shape: most files do not hold them.
    const Readout unsized_grid = ReadoutGrid{3, 4, 2}, unsized_rings = ReadoutRings::regular(2, 4, 3);
    EXPECT_TRUE(grid.same_shape(unsized_grid));
    EXPECT_FALSE(grid == unsized_grid);
    EXPECT_TRUE(rings.same_shape(unsized_rings));
    EXPECT_FALSE(rings == unsized_rings);
    EXPECT_FALSE(rings.same_shape(ReadoutRings::regular(2, 3, 4)));
}

TEST(Readout, GoesThroughJson) {
    for (const Readout& readout : {grid, rings, ragged, list, Readout(ReadoutRings::regular(2, 4, 3))})
        EXPECT_EQ(Readout::from_json(core::Json::parse(readout.json().dump())), readout) << readout.text();
    // As detectors and weights files have always said it.
    const core::Json old = {{"nx", 3}, {"ny", 4}, {"nz", 2}, {"cell_x", 5.0}, {"cell_y", 6.0}};
    EXPECT_EQ(Readout::from_json(old), grid);
    EXPECT_EQ(grid.json(), old);
    EXPECT_THAT(message_of<InputError>([] {
                    Readout::from_json({{"kind", "hexagonal"}});
                }),
                HasSubstr("hexagonal"));
    EXPECT_THAT(message_of<InputError>([] {
                    Readout::from_json({{"kind", "cylindrical"}});
                }),
                HasSubstr("layers"));
}

TEST(Readout, HasWords) {
    EXPECT_EQ(grid.text(), "3x4x2 cells");
    EXPECT_EQ(rings.text(), "2 layers of 4 sectors x 3 rings");
    EXPECT_EQ(ragged.text(), "32 cells in 2 layers of rings");
    EXPECT_EQ(list.text(), "3 cells in 3 layers");
    EXPECT_EQ(grid.cell_text(23), "cell 23 (x 2, y 3, z 1)");
    EXPECT_EQ(rings.cell_text(23), "cell 23 (r 2, alpha 3, layer 1)");
    EXPECT_EQ(list.cell_text(2), "cell 2 (number 0 of layer 2)");
    EXPECT_EQ(&grid.need_grid("training"), grid.grid());
    EXPECT_THAT(message_of<InputError>([] { rings.need_grid("training"); }),
                ::testing::AllOf(HasSubstr("training takes"), HasSubstr("4 sectors")));
}

TEST(Readout, HasExtentsWhereLayersAreAlike) {
    EXPECT_EQ(grid.extents(), *grid.grid());
    EXPECT_EQ(rings.extents(), (ReadoutGrid{3, 4, 2, 4.65, 4.65}));
    EXPECT_FALSE(ragged.extents());
    EXPECT_FALSE(list.extents());
}

TEST(Readout, SaysWhichBinsDiffer) {
    const auto other = [](std::vector<double> edges, std::size_t sectors) {
        return Readout(ReadoutRings({{{0, 5, 10}, 1, 0}, {std::move(edges), sectors, 12}}));
    };
    EXPECT_EQ(ragged.difference(ragged), "");
    EXPECT_FALSE(ragged.differs_in_size(ragged));
    EXPECT_EQ(ragged.difference(other({0, 2.5, 4.5, 6}, 10)),
              "layer 1 has the ring edges 0, 2.5, 4, 6 mm and 0, 2.5, 4.5, 6 mm");
    EXPECT_TRUE(ragged.differs_in_size(other({0, 2.5, 4.5, 6}, 10)));
    EXPECT_EQ(ragged.difference(other({0, 2.5, 4, 6}, 5)), "layer 1 has 10 and 5 sectors");
    EXPECT_FALSE(ragged.differs_in_size(other({0, 2.5, 4, 6.00001}, 10)));  // rounded
    EXPECT_EQ(rings.difference(ReadoutRings::regular(3, 4, 3, 4.65)), "2 and 3 layers");
    EXPECT_EQ(rings.difference(ReadoutRings::regular(2, 4, 3)), "");  // unsized: nobody says
    // As many cells, the first ring alike, a later one not.
    EXPECT_TRUE(
        Readout(ReadoutRings({{{0, 1, 2}, 4, 0}})).differs_in_size(ReadoutRings({{{0, 1, 3}, 4, 0}})));
    const Readout shifted = ReadoutCells({{{-2.5, 0, 5, 10}, {2.5, 1, 5, 10}}, {}, {{0.1, -0.1, 3, 3}}});
    EXPECT_EQ(list.difference(shifted),
              "cell 1 of layer 0 is 5 x 10 mm at 2.5, 0 mm and 5 x 10 mm at 2.5, 1 mm");
    EXPECT_TRUE(list.differs_in_size(shifted));
    EXPECT_EQ(grid.difference(ReadoutGrid{3, 4, 2, 5, 7}), "cells of 5 x 6 mm and of 5 x 7 mm");
    EXPECT_EQ(grid.difference(rings), "");  // their names say it
}

TEST(ReadoutRings, RefusesWhatAreNone) {
    const auto message = [](std::vector<ReadoutRings::Layer> layers) {
        return message_of<InputError>([&] { ReadoutRings made(layers); });
    };
    EXPECT_THAT(message({}), HasSubstr("0 layers"));
    EXPECT_THAT(message({{{0, 1}, 1, 0}, {{0}, 1, 5}}), HasSubstr("layer 5 has no ring"));
    EXPECT_THAT(message({{{0, 1}, 0, 0}}), HasSubstr("0 sectors"));
    EXPECT_THAT(message({{{0, 2, 2}, 1, 0}}), HasSubstr("edge 2 out of order"));
    EXPECT_THAT(message({{{-1, 2}, 1, 0}}), HasSubstr("edge -1"));
    EXPECT_THAT(message({{{0, INFINITY}, 1, 0}}), HasSubstr("inf"));
    EXPECT_THAT(message_of<InputError>([] {
                    ReadoutCells({{{0, 0, 1, 0}}});
                }),
                HasSubstr("cell 0 of layer 0"));
    EXPECT_THROW(ReadoutCells(std::vector<ReadoutCells::Layer>(2)), InputError);
}

}  // namespace
}  // namespace caloforge::geometry
