#include "harness/platform/kubernetes/json_splitter.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using nlohmann::json;

const char* const kStream =
    R"({"type":"ADDED","object":{"a":"}{\"\\","b":[{"c":1},{}]}})"
    "\n"
    R"({"type":"MODIFIED","object":{"text":"ä \u007b"}}{"x":{}})";

std::vector<json> Expected() {
  return {json::parse(R"({"type":"ADDED","object":{"a":"}{\"\\","b":[{"c":1},{}]}})"),
          json::parse(R"({"type":"MODIFIED","object":{"text":"ä {"}})"),
          json::parse(R"({"x":{}})")};
}

TEST(JsonSplitterTest, HoweverTheStreamIsCut) {
  const std::string stream = kStream;
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    JsonSplitter splitter;
    std::vector<json> got;
    for (std::size_t at = 0; at < stream.size(); at += size) {
      for (json& object : splitter.Feed(stream.substr(at, size))) {
        got.push_back(std::move(object));
      }
    }
    EXPECT_EQ(Expected(), got) << "pieces of " << size;
    EXPECT_FALSE(splitter.IsInside());
    EXPECT_EQ(0, splitter.broken());
  }
}

TEST(JsonSplitterTest, ObjectIsGivenOutWithItsLastByteAndNotBefore) {
  JsonSplitter splitter;
  EXPECT_TRUE(splitter.Feed(R"({"a":"x)").empty());
  EXPECT_TRUE(splitter.IsInside());
  EXPECT_TRUE(splitter.Feed(R"(")").empty());
  EXPECT_EQ(std::vector<json>{json({{"a", "x"}})}, splitter.Feed("}"));
}

TEST(JsonSplitterTest, SkipsWhatStandsBetween) {
  JsonSplitter splitter;
  EXPECT_EQ(2U, splitter.Feed("W1125 warning: gone\n{\"a\":1}] , \n{\"b\":2}").size());
}

TEST(JsonSplitterTest, BrokenObjectIsCountedAndTheNextOneRead) {
  JsonSplitter splitter;
  EXPECT_EQ(std::vector<json>{json({{"b", 2}})}, splitter.Feed(R"({"a":}{"b":2})"));
  EXPECT_EQ(1, splitter.broken());
}

}  // namespace
}  // namespace slotquake
