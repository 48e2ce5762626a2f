#include "sample/Packing.hh"

#include <gtest/gtest.h>

#include <stdexcept>

namespace caloforge::sample {
namespace {

TEST(Packing, WhatIsTakenIsWhatWasPut) {
    Columns columns(2);
    columns.add(energy_field, {50, 60});
    columns.add({"wind", {1, 3}, "m/s"}, {1, 2, 3, 4, 5, 6});
    std::string message;
    put(message, columns);
    put(message, std::vector<double>{0.1, 0.2});
    put(message, std::vector<float>{});
    put(message, Columns());
    std::string_view from = message;
    Columns back, none(7);
    std::vector<double> doubles;
    std::vector<float> floats{1};
    take(from, back);
    take(from, doubles);
    take(from, floats);
    take(from, none);
    EXPECT_TRUE(from.empty());
    EXPECT_EQ(back.fields(), columns.fields());
    EXPECT_EQ(back.rows(), 2U);
    for (const Field& field : columns.fields())
        EXPECT_TRUE(std::ranges::equal(back.values(field.name), columns.values(field.name)));
    EXPECT_EQ(doubles, (std::vector<double>{0.1, 0.2}));
    EXPECT_TRUE(floats.empty());
    EXPECT_EQ(none.rows(), 0U);
}

TEST(Packing, AMessageThatEndsTooEarlyIsNoticed) {
    Columns columns(1);
    columns.add(energy_field, {50});
    std::string message;
    put(message, columns);
    for (std::size_t length = 0; length < message.size(); ++length) {
        std::string_view from(message.data(), length);
        Columns back;
        EXPECT_THROW(take(from, back), std::logic_error) << length;
    }
}

}  // namespace
}  // namespace caloforge::sample
