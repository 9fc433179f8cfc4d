#include "harness/observe/stall_watch.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

// In the child: 0 when a stall of at least the time it was stopped for was noted.
int WatchUntilStalled(int ready) {
  ObservationLog log;
  const StallWatch watch("worker-1", &log);
  if (write(ready, "r", 1) != 1) return 3;
  const Nanos end = MonotonicNow() + std::chrono::seconds(10);
  while (MonotonicNow() < end) {
    for (const Observation& o : log.CopyAll()) {
      if (o.kind != observation_kind::kStall || o.data["worker"] != "worker-1")
        return 2;
      if (o.at - o.not_before >= std::chrono::milliseconds(60)) return 0;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return 1;
}

TEST(StallWatchTest, NotesThatTheProcessStoodStill) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(WatchUntilStalled(ready[1]));
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  kill(child, SIGSTOP);
  std::this_thread::sleep_for(std::chrono::milliseconds(80));
  kill(child, SIGCONT);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  close(ready[0]);
  close(ready[1]);
}

}  // namespace
}  // namespace slotquake
