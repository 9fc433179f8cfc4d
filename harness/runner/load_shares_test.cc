#include "harness/runner/load_shares.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

TEST(LoadSharesTest, EveryClientIsSomewhereAndEvenlySo) {
  for (int clients = 1; clients < 40; ++clients) {
    for (int workers = 1; workers <= 9; ++workers) {
      const auto shares = SpreadClients(clients, workers);
      EXPECT_EQ(shares.size(), static_cast<std::size_t>(std::min(clients, workers)));
      int next = 0;
      int least = clients;
      int most = 0;
      for (std::size_t i = 0; i < shares.size(); ++i) {
        EXPECT_EQ(shares[i].worker, static_cast<int>(i));
        EXPECT_EQ(shares[i].first, next);
        next += shares[i].clients;
        least = std::min(least, shares[i].clients);
        most = std::max(most, shares[i].clients);
      }
      EXPECT_EQ(next, clients);
      EXPECT_LE(most - least, 1);
    }
  }
}

}  // namespace
}  // namespace slotquake
