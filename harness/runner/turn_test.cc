#include "harness/runner/turn.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;

const StopRequested kNever = [] { return false; };

class TurnTest : public testing::Test {
 protected:
  Turn Open() const {
    auto turn = Turn::Of(file_);
    EXPECT_TRUE(turn.ok()) << turn.message();
    return std::move(*turn);
  }

  // Whether somebody else could have it now.
  bool Free() const {
    const Nanos end = MonotonicNow() + milliseconds(150);
    Turn other = Open();
    return other.Take(Turn::Urgency::kFirst, [end] { return MonotonicNow() > end; });
  }

  const std::filesystem::path file_ =
      std::filesystem::path(testing::TempDir()) /
      ("turn-" + std::to_string(getpid()) + "-" +
       testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(TurnTest, OneHasItAtATime) {
  Turn mine = Open();
  EXPECT_TRUE(Free());
  ASSERT_TRUE(mine.Take(Turn::Urgency::kNext, kNever));
  EXPECT_FALSE(Free());
  EXPECT_TRUE(mine.Take(Turn::Urgency::kNext, kNever)) << "it has it already";
  mine.Give();
  EXPECT_TRUE(Free());
}

TEST_F(TurnTest, AStopEndsTheWaiting) {
  Turn mine = Open();
  ASSERT_TRUE(mine.Take(Turn::Urgency::kNext, kNever));
  Turn other = Open();
  EXPECT_FALSE(other.Take(Turn::Urgency::kNext, [] { return true; }));
}

// The run takes the turn in its world, a child; its parent judges in it.
TEST_F(TurnTest, AParentHasTheTurnThatItsChildTook) {
  Turn mine = Open();
  const pid_t child = fork();
  if (child == 0) _exit(mine.Take(Turn::Urgency::kNext, kNever) ? 0 : 1);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_FALSE(Free());
  mine.Give();
  EXPECT_TRUE(Free());
}

TEST_F(TurnTest, OfOneThatWasKilledItIsFree) {
  const pid_t child = fork();
  if (child == 0) {
    Turn turn = Open();
    if (!turn.Take(Turn::Urgency::kNext, kNever)) _exit(1);
    for (;;) pause();
  }
  while (Free()) std::this_thread::sleep_for(milliseconds(5));
  ASSERT_EQ(kill(child, SIGKILL), 0);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(Free());
}

TEST_F(TurnTest, AFileThatCanNotBeMadeIsAnError) {
  EXPECT_FALSE(Turn::Of("/no/such/folder/turn").ok());
}

}  // namespace
}  // namespace slotquake
