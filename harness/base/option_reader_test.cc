#include "harness/base/option_reader.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using nlohmann::json;

// What is noted when `read` reads `text`.
std::string MistakesOf(const char* text, const OptionReader::Read& read) {
  std::vector<Mistake> mistakes;
  OptionReader::ReadObject(json::parse(text), "", &mistakes, read);
  return ToString(mistakes);
}

TEST(OptionReader, GivesValuesAndDefaults) {
  const char* text = R"({"i": 7, "n": 1.5, "b": true, "s": "x", "e": "two", "w": 2e3})";
  EXPECT_EQ(MistakesOf(text,
                       [](OptionReader& r) {
                         EXPECT_EQ(r.Int("i", 1, 0, 9), 7);
                         EXPECT_EQ(r.Int("i_not_there", 1, 5, 9), 1);
                         EXPECT_EQ(r.Int("w", 1, 0, 9000), 2000);
                         EXPECT_EQ(r.Number("n", 1, 0, 9), 1.5);
                         EXPECT_EQ(r.Number("i", 1, 0, 9), 7);
                         EXPECT_TRUE(r.Bool("b", false));
                         EXPECT_TRUE(r.Bool("b_not_there", true));
                         EXPECT_EQ(r.String("s", ""), "x");
                         EXPECT_EQ(r.OneOf("e", "one", {"one", "two"}), "two");
                         EXPECT_EQ(r.OptionalInt("o", 0, 1), std::nullopt);
                         EXPECT_EQ(r.OptionalNumber("o", 0, 1), std::nullopt);
                         EXPECT_EQ(r.OptionalString("o"), std::nullopt);
                         EXPECT_EQ(r.Raw("o"), nullptr);
                       }),
            "");
}

TEST(OptionReader, NotesEveryWrongType) {
  const char* text =
      R"({"i": "7", "i2": 7.5, "n": true, "b": 1, "s": null, "e": 2, "o": [], "a": {}})";
  EXPECT_EQ(MistakesOf(text,
                       [](OptionReader& r) {
                         EXPECT_EQ(r.Int("i", 3, 0, 9), 3);
                         EXPECT_EQ(r.Int("i2", 3, 0, 9), 3);
                         EXPECT_EQ(r.Number("n", 1.5, 0, 9), 1.5);
                         EXPECT_FALSE(r.Bool("b", false));
                         EXPECT_EQ(r.String("s", "x"), "x");
                         EXPECT_EQ(r.OneOf("e", "one", {"one"}), "one");
                         r.Object("o", [](OptionReader&) { ADD_FAILURE(); });
                         r.Each("a", 0, 9, [](OptionReader&) { ADD_FAILURE(); });
                       }),
            "/i: must be a whole number, is \"7\"\n"
            "/i2: must be a whole number, is 7.5\n"
            "/n: must be a number, is true\n"
            "/b: must be true or false, is 1\n"
            "/s: must be a string, is null\n"
            "/e: must be a string, is 2\n"
            "/o: must be an object, is an array\n"
            "/a: must be an array, is an object\n");
}

TEST(OptionReader, NotesWhatIsOutOfRange) {
  const char* text =
      R"({"low": 1, "high": 10, "big": 18446744073709551615, "n": -0.5, "float": 1e300})";
  EXPECT_EQ(MistakesOf(text,
                       [](OptionReader& r) {
                         r.Int("low", 3, 2, 9);
                         r.Int("high", 3, 2, 9);
                         r.Int("big", 3, 2, 9);
                         r.Number("n", 3, 0, std::numeric_limits<double>::infinity());
                         r.Int("float", 3, 2, 9);
                       }),
            "/low: must be from 2 to 9, is 1\n"
            "/high: must be from 2 to 9, is 10\n"
            "/big: must be from 2 to 9, is 18446744073709551615\n"
            "/n: must be at least 0, is -0.5\n"
            "/float: must be a whole number, is 1e+300\n");
}

TEST(OptionReader, RefusesLeftoversWithASuggestionFromWhatWasAsked) {
  EXPECT_EQ(MistakesOf(R"({"mastres": 3, "colour": 1, "name": "x"})",
                       [](OptionReader& r) {
                         r.String("name", "");
                         r.Int("masters", 3, 3, 9);
                       }),
            "/colour: unknown key; known: name, masters\n"
            "/mastres: unknown key; did you mean \"masters\"?\n");
}

TEST(OptionReader, AKeyThatWasOnlyLookedAtIsStillLeftOver) {
  EXPECT_EQ(MistakesOf(R"({"a": 3})", [](OptionReader& r) { EXPECT_TRUE(r.Has("a")); }),
            "/a: unknown key; nothing may stand here\n");
}

TEST(OptionReader, SuggestsOneOfTheKnownValues) {
  EXPECT_EQ(MistakesOf(R"({"fault": "kil_process", "loop": "round"})",
                       [](OptionReader& r) {
                         r.OneOf("fault", "", {"pause", "kill"});
                         r.OneOf("loop", "closed", {"closed", "open"});
                       }),
            "/fault: unknown fault \"kil_process\"; did you mean \"kill\"?\n"
            "/loop: unknown loop \"round\"; known: closed, open\n");
}

TEST(OptionReader, ReadsNestedObjectsAndArrays) {
  std::vector<int> seen;
  EXPECT_EQ(MistakesOf(R"({"in": {"x": 1, "y": 2}, "list": [{"x": 1}, 5, {"x": "a"}]})",
                       [&](OptionReader& r) {
                         r.Object("in", [](OptionReader& in) { in.Int("x", 0, 0, 9); });
                         r.Each("list", 1, 9, [&](OptionReader& entry) {
                           seen.push_back(entry.Int("x", -1, 0, 9));
                         });
                       }),
            "/in/y: unknown key; known: x\n"
            "/list/1: must be an object, is 5\n"
            "/list/2/x: must be a whole number, is \"a\"\n");
  EXPECT_EQ(seen, (std::vector<int>{1, -1}));
}

TEST(OptionReader, NotesTooFewAndTooManyEntries) {
  const auto read = [](OptionReader& r) { r.Each("list", 1, 2, [](OptionReader&) {}); };
  EXPECT_EQ(MistakesOf(R"({"list": []})", read),
            "/list: must have from 1 to 2 entries, has 0\n");
  EXPECT_EQ(MistakesOf(R"({"list": [{}, {}, {}]})", read),
            "/list: must have from 1 to 2 entries, has 3\n");
  EXPECT_EQ(MistakesOf(R"({"list": [{}, {}]})", read), "");
}

TEST(OptionReader, NotesWhatIsMissing) {
  EXPECT_EQ(MistakesOf("{}",
                       [](OptionReader& r) {
                         r.Require("name");
                         r.Require("teaches", "one sentence");
                       }),
            "/name: is missing\n/teaches: is missing: one sentence\n");
}

TEST(OptionReader, RefusesWhatIsNoObject) {
  EXPECT_EQ(MistakesOf("[]", [](OptionReader&) { ADD_FAILURE(); }),
            "(file): must be an object, is an array\n");
}

TEST(OptionReader, EscapesKeysInPointersAndShortensLongValues) {
  const std::string text = R"({"a/b": ")" + std::string(1000, 'x') + "\"}";
  const std::string mistakes =
      MistakesOf(text.c_str(), [](OptionReader& r) { r.Int("a/b", 0, 0, 1); });
  EXPECT_EQ(mistakes.substr(0, 40), "/a~1b: must be a whole number, is \"xxxxx");
  EXPECT_LT(mistakes.size(), 120u);
}

}  // namespace
}  // namespace slotquake
