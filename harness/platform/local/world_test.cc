// Worlds made in a chroot, and worlds that are asked to end. (Those made elsewhere:
// local_cluster_test, crash_test.)
#include "harness/platform/local/world.h"

#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

constexpr long kTmpfs = 0x01021994;
constexpr int kNoNamespace = 77;

// Of the kind that a world mounts.
bool IsTmpfs(const char* path) {
  struct statfs system {};
  return statfs(path, &system) == 0 && system.f_type == kTmpfs;
}

// What `body` returns in a process of its own.
int InChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Makes a folder that is no mount point the root of the calling process, and enters
// a folder of it. It lies on a tmpfs of this test's own, which shows its mounts to
// other namespaces or does not.
bool EnterChroot(const std::filesystem::path& outer, unsigned long propagation) {
  std::filesystem::create_directories(outer);
  if (mount("tmpfs", outer.c_str(), "tmpfs", 0, nullptr) != 0 ||
      mount("none", outer.c_str(), nullptr, propagation, nullptr) != 0) {
    return false;
  }
  const std::filesystem::path root = outer / "root";
  std::filesystem::create_directories(root / "run");
  std::filesystem::create_directories(root / "proc");
  return mount("proc", (root / "proc").c_str(), "proc", 0, nullptr) == 0 &&
         chroot(root.c_str()) == 0 && chdir("/proc/sys") == 0;
}

// The device of /run: 0 is none.
dev_t RunDevice() {
  struct stat run {};
  return stat("/run", &run) == 0 ? run.st_dev : 0;
}

TEST(WorldTest, PrivateChrootHasAWorld) {
  const auto outer = std::filesystem::path(testing::TempDir()) / "private";
  EXPECT_EQ(0, InChild([&] {
              if (!EnterChroot(outer, MS_PRIVATE)) return kNoNamespace;
              const dev_t before = RunDevice();
              const int code = EnterWorld([&](World&) {
                return RunDevice() != before && IsTmpfs("/run") ? 0 : 1;
              });
              return RunDevice() == before ? code : 2;
            }));
}

TEST(WorldTest, ChrootThatShowsItsMountsIsRefusedAndLeftAsItWas) {
  const auto outer = std::filesystem::path(testing::TempDir()) / "shared";
  EXPECT_EQ(255, InChild([&] {
              if (!EnterChroot(outer, MS_SHARED)) return kNoNamespace;
              const dev_t before = RunDevice();
              const int code = EnterWorld([](World&) { return 1; });
              return RunDevice() == before ? code : 2;
            }));
}

// Waits until nobody holds the pipe's other end any more; false: somebody still does.
bool AllHoldersEnd(int read_end) {
  pollfd end = {.fd = read_end, .events = POLLIN, .revents = 0};
  char byte = 0;
  return poll(&end, 1, 30'000) == 1 && read(read_end, &byte, 1) == 0;
}

// A process that makes a world, whose code hangs, beside a server that hears no signal.
// Every one of them holds the pipe `held`; the server says when it is there.
pid_t StartWorldThatHangs(const int (&held)[2], StopSignals stop_signals) {
  const pid_t starter = fork();
  if (starter != 0) return starter;
  close(held[0]);
  _exit(EnterWorld(
      [&](World&) -> int {
        if (fork() == 0) {
          for (const int number : {SIGINT, SIGTERM, SIGHUP}) signal(number, SIG_IGN);
          [[maybe_unused]] const auto told = write(held[1], "s", 1);
        }
        for (;;) pause();
      },
      stop_signals));
}

TEST(WorldTest, SignalsThatAskToStopEndAWorldThatHangs) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    int held[2];
    ASSERT_EQ(pipe(held), 0);
    const pid_t starter = StartWorldThatHangs(held, StopSignals::kEnd);
    close(held[1]);
    char byte = 0;
    ASSERT_EQ(read(held[0], &byte, 1), 1);
    kill(starter, number);
    EXPECT_TRUE(AllHoldersEnd(held[0])) << "after signal " << number;
    close(held[0]);
    waitpid(starter, nullptr, 0);
  }
}

// Else the test above would prove nothing about the signals.
TEST(WorldTest, SignalsThatAreOnlyToldEndNothing) {
  int held[2];
  ASSERT_EQ(pipe(held), 0);
  const pid_t starter = StartWorldThatHangs(held, StopSignals::kTell);
  close(held[1]);
  char byte = 0;
  ASSERT_EQ(read(held[0], &byte, 1), 1);
  kill(starter, SIGTERM);
  pollfd end = {.fd = held[0], .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&end, 1, 500), 0);
  kill(starter, SIGKILL);
  EXPECT_TRUE(AllHoldersEnd(held[0]));
  close(held[0]);
  waitpid(starter, nullptr, 0);
}

TEST(WorldTest, WhatIsToldIsHeardInside) {
  int held[2];
  ASSERT_EQ(pipe(held), 0);
  const pid_t starter = fork();
  if (starter == 0) {
    close(held[0]);
    _exit(EnterWorld(
        [&](World& world) {
          [[maybe_unused]] const auto told = write(held[1], "s", 1);
          while (!world.Interrupted()) usleep(1000);
          return 42;
        },
        StopSignals::kTell));
  }
  close(held[1]);
  char byte = 0;
  ASSERT_EQ(read(held[0], &byte, 1), 1);
  close(held[0]);
  kill(starter, SIGTERM);
  int status = 0;
  waitpid(starter, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 42) << status;
}

}  // namespace
}  // namespace slotquake

// Inside a world, so that whatever a test mounts goes with it.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return slotquake::EnterWorld([](slotquake::World&) { return RUN_ALL_TESTS(); });
}
