#include "sample/Columns.hh"

#include "core/Error.hh"
#include "core/ExpectError.hh"

namespace caloforge::sample {
namespace {

using test::message_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Columns, HoldFieldsOfSeveralShapes) {
    Columns columns(2);
    columns.add(energy_field, {10, 20});
    const auto impact = columns.add(impact_field);
    impact[2] = 3;
    EXPECT_EQ(columns.fields(), (Fields{energy_field, impact_field}));
    EXPECT_THAT(columns.values("impact"), ElementsAre(0, 0, 3, 0));
    EXPECT_TRUE(columns.values("theta").empty());

    const ColumnsView view = columns.view();
    EXPECT_THAT(view.row("impact", 1), ElementsAre(3, 0));
    EXPECT_THAT(Row(view, 1)["energy"], ElementsAre(20));
    EXPECT_THAT(view.part(1, 1).values("impact"), ElementsAre(3, 0));
    EXPECT_TRUE(view.row("theta", 0).empty());
}

TEST(Columns, GrowAndAreAppended) {
    Columns all, more(1);
    more.add(energy_field, {10});
    all.append(more);
    all.append(more);
    EXPECT_EQ(all.rows(), 2U);
    EXPECT_THAT(all.values("energy"), ElementsAre(10, 10));
    all.resize(3);
    EXPECT_THAT(all.values("energy"), ElementsAre(10, 10, 0));

    Columns other(1);
    other.add(particle_field, {11});
    EXPECT_THAT(message_of<core::InputError>([&] { all.append(other); }), HasSubstr("different fields"));
    EXPECT_THAT(all.take("energy"), ElementsAre(10, 10, 0));
    EXPECT_TRUE(all.fields().empty());
    EXPECT_TRUE(all.take("energy").empty());
}

TEST(Columns, RefuseWhatDoesNotFit) {
    Columns columns(2);
    columns.add(energy_field, {10, 20});
    EXPECT_THAT(message_of<core::InputError>([&] { columns.add(energy_field); }), HasSubstr("`energy`"));
    EXPECT_THAT(message_of<core::InputError>([&] {
                    columns.add(impact_field, {1, 2, 3});
                }),
                HasSubstr("3 numbers"));
    ColumnsView view(2);
    const std::vector<float> three(3);
    EXPECT_THAT(message_of<core::InputError>([&] { view.add("energy", three); }), HasSubstr("2 rows"));
    EXPECT_THAT(message_of<core::InputError>([&] { ColumnsView(0).add("energy", three); }),
                HasSubstr("0 rows"));
}

TEST(Columns, RowsAreCopiedFromFieldToField) {
    Columns from(3, {energy_field, impact_field}), to(2, from.fields());
    std::ranges::copy(std::vector<float>{1, 2, 3}, from.values("energy").begin());
    std::ranges::copy(std::vector<float>{1, -1, 2, -2, 3, -3}, from.values("impact").begin());
    to.copy_row(1, from, 2);
    EXPECT_THAT(to.values("energy"), ElementsAre(0, 3));
    EXPECT_THAT(to.values("impact"), ElementsAre(0, 0, 3, -3));
}

TEST(Columns, NothingAtAllIsPutBehindAnything) {
    Columns some(2, {energy_field});
    some.append(Columns());
    EXPECT_EQ(some.rows(), 2U);
    EXPECT_THROW(some.append(Columns(1)), core::InputError);
}

}  // namespace
}  // namespace caloforge::sample
