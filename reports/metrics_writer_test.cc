#include "reports/metrics_writer.h"

#include <gtest/gtest.h>

#include <sstream>

#include "reports/testing/golden.h"
#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

std::string Metrics(const RunRecord& record, const Judgement& judgement) {
  std::ostringstream out;
  EXPECT_TRUE(WriteMetrics(record, judgement, out).ok());
  return out.str();
}

TEST(MetricsWriterTest, FailedRun) {
  const std::string got = Metrics(SampleRun(2000), FailedJudgement());
  EXPECT_EQ(got, Golden("failed-metrics.prom", got));
}

TEST(MetricsWriterTest, WhatIsNotKnownHasNoSeries) {
  RunRecord record;
  record.scenario = "empty";
  const std::string text = Metrics(record, Judgement());
  EXPECT_EQ(text.find("slotquake_lost_writes"), std::string::npos) << text;
  EXPECT_EQ(text.find("slotquake_promotion"), std::string::npos);
  EXPECT_EQ(text.find("slotquake_slot_seconds"), std::string::npos);
  EXPECT_EQ(text.find("latency"), std::string::npos);
  EXPECT_NE(text.find("slotquake_verdict"), std::string::npos);
}

TEST(MetricsWriterTest, LabelsCanNotBreakOut) {
  RunRecord record = SampleRun(100);
  record.scenario = "a\"} 1\nevil{x=\"\\";
  const std::string text = Metrics(record, SampleJudgement());
  EXPECT_EQ(text.find("\nevil"), std::string::npos) << text;
  EXPECT_NE(text.find(R"(scenario="a\"} 1\nevil{x=\"\\")"), std::string::npos) << text;
}

}  // namespace
}  // namespace slotquake
