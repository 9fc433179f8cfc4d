// One run as a person makes it: what it says while it goes on, what it leaves, and
// that the saved run can be judged and shown again somewhere else.
#include <algorithm>
#include <sstream>

#include "Poco/Net/HTTPClientSession.h"
#include "Poco/Net/HTTPRequest.h"
#include "Poco/Net/HTTPResponse.h"
#include "Poco/StreamCopier.h"
#include "Poco/URI.h"
#include "gtest/gtest.h"
#include "harness/cli/testing/slotquake_program.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr int kPass = 0;

// The URL that the run says it serves live metrics at; "" before it does.
std::string MetricsUrl(const std::string& said) {
  const auto begin = said.find("http://127.0.0.1:");
  const auto end = said.find('\n', begin);
  if (begin == std::string::npos || end == std::string::npos) return "";
  return said.substr(begin, end - begin);
}

// The body; "" when nobody answers.
std::string Get(const std::string& url) {
  try {
    const Poco::URI uri(url);
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(Poco::Timespan(5, 0));
    Poco::Net::HTTPRequest request("GET", uri.getPathAndQuery());
    session.sendRequest(request);
    Poco::Net::HTTPResponse response;
    std::string body;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
    return response.getStatus() == Poco::Net::HTTPResponse::HTTP_OK ? body : "";
  } catch (const Poco::Exception&) {
    return "";
  }
}

// The acknowledged operations on a page of metrics; -1 where it has none.
double Acked(const std::string& page) {
  std::istringstream lines(page);
  double sum = -1;
  for (std::string line; std::getline(lines, line);) {
    const std::string end = R"(outcome="acked"} )";
    const auto at = line.find(end);
    if (!line.starts_with("slotquake_operations{") || at == std::string::npos) continue;
    sum = std::max(sum, 0.0) + std::stod(line.substr(at + end.size()));
  }
  return sum;
}

class RunTest : public testing::Test {
 protected:
  // The one run that all tests look at.
  static void SetUpTestSuite() {
    out_ = NewPath("out");
    const fs::path scenario = WriteTinyScenario(NewPath("given"));
    StartedProgram program(SlotquakeRun(scenario, out_, {"--seed=42"}));
    WatchMetrics(program);
    code_ = program.Wait();
    stdout_ = program.Out();
    stderr_ = program.Err();
    left_nothing_ = AllDescendantsEnd();
    folder_ = fs::canonical(out_ / "tiny" / "latest");
  }

  static void WatchMetrics(StartedProgram& program) {
    ASSERT_TRUE(program.AwaitSaid("/metrics\n"));
    const std::string url = MetricsUrl(program.Err());
    const auto grew = [&] {
      const std::string page = Get(url);
      const double acked = Acked(page);
      if (acked <= 0) return program.Wait(Nanos(0)) >= 0;
      if (first_acked_ <= 0) first_acked_ = acked;
      last_acked_ = acked;
      last_page_ = page;
      return last_acked_ > first_acked_;
    };
    WaitUntil(grew, seconds(60));
  }

  // The run, copied to where nothing else is.
  static fs::path Copy() {
    const fs::path copy = NewPath("elsewhere") / "copied run";
    fs::create_directories(copy.parent_path());
    fs::copy(folder_, copy, fs::copy_options::recursive);
    return copy;
  }

  static inline fs::path out_;
  static inline fs::path folder_;
  static inline int code_ = -1;
  static inline std::string stdout_;
  static inline std::string stderr_;
  static inline bool left_nothing_ = false;
  static inline double first_acked_ = -1;
  static inline double last_acked_ = -1;
  static inline std::string last_page_;
};

TEST_F(RunTest, AControlRunPasses) {
  EXPECT_EQ(code_, kPass) << stdout_ << stderr_;
  EXPECT_EQ(stdout_.substr(0, 10), "PASS  tiny") << stdout_;
  EXPECT_NE(stdout_.find("seed 42"), std::string::npos) << stdout_;
  EXPECT_NE(stdout_.find("Report: " + (folder_ / "report.html").string()),
            std::string::npos)
      << stdout_;
  EXPECT_NE(stderr_.find("tiny, seed 42"), std::string::npos) << stderr_;
  EXPECT_TRUE(left_nothing_) << "a process is left";
}

TEST_F(RunTest, TheFolderHasEverything) {
  for (const char* file :
       {"scenario.json", "record.json", "history.sq", "observations.jsonl",
        "verdicts.json", "report.html", "junit.xml", "metrics.prom"}) {
    EXPECT_TRUE(fs::is_regular_file(folder_ / file)) << file;
    EXPECT_GT(fs::file_size(folder_ / file), 0u) << file;
  }
  for (int node = 0; node < 6; ++node) {
    const fs::path log = folder_ / "logs" / ("redis-" + std::to_string(node) + ".log");
    EXPECT_NE(ReadWhole(log).find("Ready to accept connections"), std::string::npos)
        << log;
  }
  EXPECT_TRUE(fs::is_symlink(out_ / "tiny" / "latest"));
  EXPECT_TRUE(folder_.filename().string().ends_with("Z-42")) << folder_;
}

TEST_F(RunTest, LiveMetricsGrowWhileItGoesOn) {
  EXPECT_GT(first_acked_, 0) << stderr_;
  EXPECT_GT(last_acked_, first_acked_) << stderr_;
  EXPECT_NE(last_page_.find("slotquake_phase{phase=\"warm_up\"}"), std::string::npos)
      << last_page_;
}

TEST_F(RunTest, CheckJudgesACopyTheSame) {
  const fs::path copy = Copy();
  for (const char* file :
       {"verdicts.json", "report.html", "junit.xml", "metrics.prom"}) {
    fs::remove(copy / file);
  }
  StartedProgram check(Slotquake({"check", copy}));
  EXPECT_EQ(check.Wait(), code_) << check.Err();
  for (const char* file :
       {"verdicts.json", "report.html", "junit.xml", "metrics.prom"}) {
    EXPECT_EQ(ReadWhole(copy / file), ReadWhole(folder_ / file)) << file;
  }
  // What a person reads is the same but for the place.
  const auto head = [](const std::string& text) {
    return text.substr(0, text.find("Report: "));
  };
  EXPECT_EQ(head(check.Out()), head(stdout_));
  EXPECT_NE(check.Out().find("Report: " + (copy / "report.html").string()),
            std::string::npos);
}

TEST_F(RunTest, ReportShowsACopyTheSame) {
  const fs::path copy = Copy();
  fs::remove(copy / "report.html");
  StartedProgram report(Slotquake({"report", copy}));
  EXPECT_EQ(report.Wait(), kPass) << report.Err();
  EXPECT_EQ(report.Out(), (copy / "report.html").string() + "\n");
  EXPECT_EQ(ReadWhole(copy / "report.html"), ReadWhole(folder_ / "report.html"));
  EXPECT_EQ(ReadWhole(copy / "verdicts.json"), ReadWhole(folder_ / "verdicts.json"));
}

TEST_F(RunTest, ADamagedCopyIsRefused) {
  const fs::path copy = Copy();
  fs::resize_file(copy / "history.sq", fs::file_size(copy / "history.sq") / 2);
  fs::remove(copy / "verdicts.json");
  StartedProgram check(Slotquake({"check", copy}));
  EXPECT_EQ(check.Wait(), 254) << check.Out();
  EXPECT_NE(check.Err().find("history.sq"), std::string::npos) << check.Err();
  EXPECT_FALSE(fs::exists(copy / "verdicts.json"));
}

}  // namespace
}  // namespace slotquake
