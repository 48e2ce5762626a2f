#include "geometry/ReadoutGrid.hh"

#include "core/Error.hh"
#include "core/ExpectError.hh"

namespace caloforge::geometry {
namespace {

using testing::HasSubstr;

TEST(ReadoutGrid, CentresAreSymmetricForOddAndEvenGrids) {
    const ReadoutGrid grid{5, 4, 3, 2.0, 3.0};
    EXPECT_EQ(grid.cells(), 60U);
    EXPECT_DOUBLE_EQ(grid.x_centre(0), -4.0);
    EXPECT_DOUBLE_EQ(grid.x_centre(2), 0.0);
    EXPECT_DOUBLE_EQ(grid.x_centre(4), 4.0);
    EXPECT_DOUBLE_EQ(grid.y_centre(1), -1.5);
    EXPECT_DOUBLE_EQ(grid.y_centre(2), 1.5);
}

TEST(ReadoutGrid, ShapeIgnoresCellSizes) {
    const ReadoutGrid grid{5, 4, 3, 2.0, 3.0};
    EXPECT_TRUE(grid.same_shape({5, 4, 3, 0, 0}));
    EXPECT_FALSE(grid.same_shape({4, 5, 3, 2.0, 3.0}));
    EXPECT_FALSE(grid.same_shape({5, 4, 2, 2.0, 3.0}));
}

TEST(ReadoutGrid, GoesThroughJson) {
    const ReadoutGrid grid{5, 4, 3, 5.1, 0.1};
    const auto back = ReadoutGrid::from_json(core::Json::parse(grid.json().dump()));
    EXPECT_TRUE(back.same_shape(grid));
    EXPECT_EQ(back.cell_x, 5.1);
    EXPECT_EQ(back.cell_y, 0.1);
}

TEST(ReadoutGrid, NamesWhatIsMissingInJson) {
    auto json = ReadoutGrid{5, 4, 3, 5.1, 0.1}.json();
    json.erase("cell_y");
    EXPECT_THAT(test::message_of<core::InputError>([&] { ReadoutGrid::from_json(json); }),
                HasSubstr("cell_y"));
}

}  // namespace
}  // namespace caloforge::geometry
