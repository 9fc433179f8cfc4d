#include "reports/json_writer.h"

#include <gtest/gtest.h>

#include <sstream>

#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

TEST(JsonWriterTest, WhatIsWrittenIsReadBack) {
  const Judgement judgement = FailedJudgement();
  std::stringstream file;
  ASSERT_TRUE(WriteVerdicts(SampleRun(100), judgement, file).ok());
  const Result<Judgement> read = ReadVerdicts(file);
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(nlohmann::json(*read), nlohmann::json(judgement));
}

TEST(JsonWriterTest, BytesThatAreNoUtf8DoNotStopIt) {
  Judgement judgement = SampleJudgement();
  judgement.verdicts[0].summary = "key \xFF";
  std::stringstream file;
  ASSERT_TRUE(WriteVerdicts(SampleRun(100), judgement, file).ok());
  EXPECT_EQ(ReadVerdicts(file)->verdicts[0].summary, "key \xEF\xBF\xBD");
}

TEST(JsonWriterTest, AnUnknownVerdictIsAnErrorAndNoPass) {
  std::stringstream file(R"({"validity": "passed", "verdicts": []})");
  EXPECT_FALSE(ReadVerdicts(file).ok());
  std::stringstream nested(R"({"validity": "fail", "verdicts": [{"checker": "a",
      "validity": "bad", "summary": "", "cases": [], "details": {}}]})");
  EXPECT_FALSE(ReadVerdicts(nested).ok());
}

TEST(JsonWriterTest, GarbageIsAnError) {
  for (const char* text : {"", "{", "[]", "{\"validity\": \"pass\"}", "null"}) {
    std::stringstream file(text);
    EXPECT_FALSE(ReadVerdicts(file).ok()) << text;
  }
}

}  // namespace
}  // namespace slotquake
