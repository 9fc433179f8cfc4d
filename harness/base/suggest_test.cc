#include "harness/base/suggest.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

TEST(EditDistance, CountsEveryKindOfSlip) {
  EXPECT_EQ(EditDistance("", ""), 0u);
  EXPECT_EQ(EditDistance("", "kill"), 4u);
  EXPECT_EQ(EditDistance("kill", "kill"), 0u);
  EXPECT_EQ(EditDistance("kil", "kill"), 1u);
  EXPECT_EQ(EditDistance("killl", "kill"), 1u);
  EXPECT_EQ(EditDistance("kjll", "kill"), 1u);
  EXPECT_EQ(EditDistance("klil", "kill"), 1u);  // two neighbours swapped
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
}

TEST(EditDistance, IsTheSameBothWays) {
  EXPECT_EQ(EditDistance("node_timeout", "timeout_node"),
            EditDistance("timeout_node", "node_timeout"));
}

TEST(Suggest, TakesTheNearest) {
  EXPECT_EQ(Suggest("mastres", {"replicas", "masters", "matters"}), "masters");
  EXPECT_EQ(Suggest("clientss", {"client", "clients"}), "clients");
}

TEST(Suggest, TakesANameThatGoesOn) {
  EXPECT_EQ(Suggest("hold", {"name", "hold_ms"}), "hold_ms");
  EXPECT_EQ(Suggest("kill_the_process_now", {"cut", "kill"}), "kill");
}

TEST(Suggest, TakesANearFirstWord) {
  EXPECT_EQ(Suggest("kil_process", {"pause", "kill", "partition"}), "kill");
}

TEST(Suggest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(Suggest("colour", {"name", "teaches"}), std::nullopt);
  EXPECT_EQ(Suggest("x", {}), std::nullopt);
  EXPECT_EQ(Suggest(std::string(100000, 'k'), {"kill"}), std::nullopt);
}

TEST(SuggestText, NamesAllThatAreKnownWhenNoneIsNear) {
  EXPECT_EQ(SuggestText("kil", {"kill"}), "; did you mean \"kill\"?");
  EXPECT_EQ(SuggestText("colour", {"name", "teaches"}), "; known: name, teaches");
  EXPECT_EQ(SuggestText("colour", {}), "");
}

}  // namespace
}  // namespace slotquake
