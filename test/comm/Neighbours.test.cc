#include "comm/Neighbours.hh"

#include <gtest/gtest.h>

#include "comm/ThreadRanks.hh"

namespace caloforge::comm::test {
namespace {

TEST(Neighbours, AreCountedByHost) {
    ThreadRanks(3).run([](Communicator& communicator) {
        const Neighbours here = neighbours(communicator);
        EXPECT_EQ(here.index, communicator.rank());  // threads of one host
        EXPECT_EQ(here.count, 3U);
    });
}

}  // namespace
}  // namespace caloforge::comm::test
