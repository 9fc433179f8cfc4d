#include "harness/base/strict_json.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

std::string MistakesOf(std::string_view text) {
  std::vector<Mistake> mistakes;
  const auto json = ParseStrictJson(text, &mistakes);
  EXPECT_EQ(json.has_value(), mistakes.empty());
  return ToString(mistakes);
}

TEST(ParseStrictJson, TakesWhatIsRight) {
  std::vector<Mistake> mistakes;
  const auto json =
      ParseStrictJson(R"({"a": [1, {"b": 2}, [3]], "b": "x"})", &mistakes);
  EXPECT_EQ(ToString(mistakes), "");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(json->dump(), R"({"a":[1,{"b":2},[3]],"b":"x"})");
}

TEST(ParseStrictJson, FindsEveryKeyThatStandsTwice) {
  EXPECT_EQ(MistakesOf(R"({"a": 1, "a": 1, "b": {"a": 1}, "b": 2})"),
            "/a: stands twice in this object\n/b: stands twice in this object\n");
}

TEST(ParseStrictJson, GivesThePlaceInsideArraysAndObjects) {
  EXPECT_EQ(MistakesOf(R"({"x": [0, [], {"y": {}}, {"y": [{"a/b~": 1, "a/b~": 2}]}]})"),
            "/x/3/y/0/a~1b~0: stands twice in this object\n");
}

TEST(ParseStrictJson, TheSameKeyInTwoObjectsIsFine) {
  EXPECT_EQ(MistakesOf(R"([{"a": 1}, {"a": 1}, {"a": {"a": 1}}])"), "");
}

TEST(ParseStrictJson, GivesLineAndColumnOfWhatIsNotJson) {
  EXPECT_EQ(MistakesOf("{\"a\": 1,\n \"b\" 2}").substr(0, 28),
            "line 2, column 6: not JSON: ");
  EXPECT_NE(MistakesOf(""), "");
  EXPECT_NE(MistakesOf("{} {}"), "");
  EXPECT_NE(MistakesOf("// no comments\n{}"), "");
  EXPECT_NE(MistakesOf("{\"a\": \"\xff\"}"), "");
  EXPECT_NE(MistakesOf("{\"a\": 1e999}"), "");
}

TEST(ParseStrictJson, BothKindsOfMistakeAreFound) {
  EXPECT_EQ(MistakesOf("{\"a\": 1, \"a\": 2, ]").substr(0, 36),
            "/a: stands twice in this object\nline");
}

TEST(ParseStrictJson, RefusesWhatWouldExhaustTheStack) {
  EXPECT_EQ(MistakesOf(std::string(64, '[') + std::string(64, ']')), "");
  EXPECT_EQ(MistakesOf(std::string(1000000, '[')),
            "(file): nested deeper than 64 levels\n");
}

TEST(ToString, TheRootHasAName) {
  EXPECT_EQ(ToString(Mistake{"", "must be an object"}), "(file): must be an object");
}

}  // namespace
}  // namespace slotquake
