#include "harness/platform/local/log_clock.h"

#include "gtest/gtest.h"
#include "harness/redis/log_line.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kBefore = "21:M 28 Feb 2028 23:59:58.385 * before\n";

Nanos WallOf(const std::string& line) { return ParseLogLine(line)->wall; }

std::string Line(int index, const std::string& log) {
  std::size_t begin = 0;
  for (; index > 0; --index) begin = log.find('\n', begin) + 1;
  return log.substr(begin, log.find('\n', begin) - begin);
}

TEST(LogClock, WithoutAShiftALogIsAsItIs) {
  const std::string log = kBefore + "a banner\n";
  EXPECT_EQ(LogClock().AtTrueTimes(log), log);
}

TEST(LogClock, LinesAfterAShiftGetTrueTimes) {
  const Nanos at = WallOf(kBefore.substr(0, kBefore.size() - 1)) + seconds(1);
  LogClock clock;
  clock.Shift(at, kBefore.size(), kBefore.size(), seconds(30));
  const std::string ahead = "21:M 29 Feb 2028 00:00:29.999 # it: is * so\n";
  std::string log = kBefore + ahead;
  // Back by 70 s, to 40 s behind: the stamps repeat.
  clock.Shift(at + seconds(1), log.size(), log.size(), -seconds(40));
  log += "21:M 28 Feb 2028 23:59:21.000 * behind\n";
  clock.Shift(at + seconds(2), log.size(), log.size(), Nanos(0));
  log += "21:M 29 Feb 2028 00:00:02.500 * after\nno end";
  EXPECT_EQ(clock.AtTrueTimes(log),
            kBefore +
                "21:M 28 Feb 2028 23:59:59.999 # it: is * so\n"
                "21:M 29 Feb 2028 00:00:01.000 * behind\n"
                "21:M 29 Feb 2028 00:00:02.500 * after\nno end");
}

TEST(LogClock, ALineOfTheChangeItselfGetsTheNearerTime) {
  const Nanos at = WallOf(kBefore.substr(0, kBefore.size() - 1)) + milliseconds(15);
  const std::string still = "21:M 28 Feb 2028 23:59:58.399 * still\n";
  const std::string already = "21:M 28 Feb 2028 23:59:28.401 * already\n";
  const std::string log = kBefore + still + already;
  LogClock clock;
  clock.Shift(at, kBefore.size(), log.size(), -seconds(30));
  const std::string told = clock.AtTrueTimes(log);
  EXPECT_EQ(Line(1, told), "21:M 28 Feb 2028 23:59:58.399 * still");
  EXPECT_EQ(Line(2, told), "21:M 28 Feb 2028 23:59:58.401 * already");
}

}  // namespace
}  // namespace slotquake
