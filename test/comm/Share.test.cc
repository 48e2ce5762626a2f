#include "comm/Share.hh"

#include <gtest/gtest.h>

#include <mutex>
#include <set>

#include "comm/ThreadRanks.hh"

namespace caloforge::comm::test {
namespace {

TEST(Share, AllRanksTogetherHaveEverythingOnceInOrder) {
    for (const std::size_t count : {0UL, 1UL, 2UL, 3UL, 100UL, 101UL}) {
        std::mutex mutex;
        std::set<std::pair<std::size_t, std::size_t>> shares;
        ThreadRanks(3).run([&](Communicator& communicator) {
            const Share mine = share_of(count, communicator);
            EXPECT_LE(mine.last - mine.first, count / 3 + 1);
            const std::lock_guard lock(mutex);
            shares.emplace(mine.first, mine.last);
        });
        std::size_t reached = 0;
        for (const auto& [first, last] : shares) {
            EXPECT_EQ(first, reached);
            reached = last;
        }
        EXPECT_EQ(reached, count);
    }
}

}  // namespace
}  // namespace caloforge::comm::test
