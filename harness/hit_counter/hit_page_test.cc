#include "harness/hit_counter/hit_page.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

TEST(HitPageTest, TheArticlesSentence) {
  EXPECT_EQ(FormatHitPage(42), "I have been hit 42 times since deployment.");
}

TEST(HitPageTest, ReadsItBack) {
  EXPECT_EQ(ParseHitPage(FormatHitPage(1234567)), 1234567);
  EXPECT_EQ(ParseHitPage("<p>" + FormatHitPage(7) + "</p>\n"), 7);
}

TEST(HitPageTest, ACutOffPageHasNoNumber) {
  const std::string page = FormatHitPage(1234567);
  for (std::size_t size = 0; size < page.size(); ++size) {
    EXPECT_FALSE(ParseHitPage(page.substr(0, size))) << size;
  }
  EXPECT_FALSE(ParseHitPage("I have been hit  times since deployment."));
  EXPECT_FALSE(ParseHitPage("I have been hit 1 2 times since deployment."));
  EXPECT_FALSE(
      ParseHitPage("I have been hit 99999999999999999999 times since deployment."));
}

}  // namespace
}  // namespace slotquake
